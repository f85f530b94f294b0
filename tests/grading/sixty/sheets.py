"""The CSV file of each LMS, as downloaded in three languages: class list, and file for marks."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.grading.sixty.exports import DEFAULT, files
from tests.grading.sixty.table import Student, Team

Marks = dict[str, str]  # number of a student → what stands in the column of marks


@dataclass(frozen=True)
class Style:
    """How a file is written: encoding, delimiter, ends of lines, decimal mark, quotes for all."""

    encoding: str
    delimiter: str = ","
    end: str = "\n"
    point: str = "."
    quotes: bool = False

    def bytes(self, rows: list[list[str]]) -> bytes:
        lines = [self.delimiter.join(map(self._cell, row)) for row in rows]
        return "".join(line + self.end for line in lines).encode(self.encoding)

    def number(self, text: str) -> str:
        return text.replace(".", self.point)

    def _cell(self, text: str) -> str:
        if self.quotes or set(text) & {self.delimiter, '"', "\n", " "}:
            return '"{}"'.format(text.replace('"', '""'))
        return text


DOWNLOADED = Style("utf-8-sig")
UNICODE_TEXT = Style("utf-16", "\t", "\r\n", ",")  # what Excel calls so
SAVED_BY_EXCEL = Style("cp1252", ";", "\r\n", ",")
STYLES = {
    "moodle": {"en": DOWNLOADED, "de": UNICODE_TEXT, "fr": SAVED_BY_EXCEL},
    "canvas": {
        "en": Style("utf-8"),
        "de": Style("utf-8-sig", ";", point=","),
        "fr": SAVED_BY_EXCEL,
    },
    "blackboard": {
        "en": Style("utf-16", "\t", quotes=True),
        "de": Style("utf-16", "\t", point=",", quotes=True),
        "fr": Style("utf-8-sig", point=",", quotes=True),
    },
    "brightspace": {
        "en": Style("utf-8", end="\r\n"),
        "de": Style("utf-8-sig", ";", "\r\n", ","),
        "fr": SAVED_BY_EXCEL,
    },
    "google": {"en": Style("utf-8"), "de": Style("utf-8"), "fr": Style("utf-8-sig")},
}
MOODLE = {
    "en": (
        "Identifier|Full name|Email address|Status|Group|Grade|Maximum Grade|Grade can be changed|"
        "Last modified (submission)|Last modified (grade)|Feedback comments"
    ),
    "de": (
        "ID|Vollständiger Name|E-Mail-Adresse|Status|Gruppe|Bewertung|Bestwertung|"
        "Bewertung kann geändert werden|Zuletzt geändert (Abgabe)|Zuletzt geändert (Bewertung)|"
        "Feedback als Kommentar"
    ),
    "fr": (
        "Identifiant|Nom complet|Adresse de courriel|Statut|Groupe|Note|Note maximale|"
        "La note peut être modifiée|Dernière modification (travail remis)|"
        "Dernière modification (note)|Feedback par commentaires"
    ),
}
PARTICIPANT = {"en": "Participant ", "de": "Teilnehmer/in", "fr": "Participant "}
SUBMITTED = {
    "en": ("Submitted for grading - 5 hours late", "No submission"),
    "de": ("Zur Bewertung abgegeben", "Keine Abgabe"),
    "fr": ("Remis pour évaluation", "Aucun travail remis"),
}
CHANGEABLE = {"en": ("Yes", "No"), "de": ("Ja", "Nein"), "fr": ("Oui", "Non")}
WHEN = {
    "en": "Tuesday, 3 November 2026, 10:15 AM",
    "de": "Dienstag, 3. November 2026, 10:15",
    "fr": "mardi 3 novembre 2026, 10:15",
}
READ_ONLY = {"en": "(read only)", "de": "(schreibgeschützt)", "fr": "(lecture seule)"}
AND = {"en": "and", "de": "und", "fr": "et"}
BLACKBOARD = {
    "en": "Last Name|First Name|Username|Student ID|Last Access|Availability|"
    "Essay [Total Pts: 10 Score] |77001|Practice [Total Pts: 9 Score] |77002",
    "de": "Nachname|Vorname|Benutzername|Teilnehmer-ID|Letzter Zugriff|Verfügbarkeit|"
    "Essay [Gesamtpunkte: 10 Punktestand] |77001|Practice [Gesamtpunkte: 9 Punktestand] |77002",
    "fr": "Nom|Prénom|Nom d'utilisateur|Code étudiant|Dernier accès|Disponibilité|"
    "Essay [Total des points : 10 Score] |77001|Practice [Total des points : 9 Score] |77002",
}
NEEDS_GRADING = {
    "en": "Needs Grading",
    "de": "Benotung erforderlich",
    "fr": "Nécessite une notation",
}
BRIGHTSPACE = {
    "en": "OrgDefinedId|Username|Last Name|First Name|Email",
    "de": "OrgDefinedId|Benutzername|Nachname|Vorname|E-Mail",
    "fr": "OrgDefinedId|Nom d'utilisateur|Nom|Prénom|Courriel",
}
GOOGLE = {
    "en": ["Last Name", "First Name", "Email Address"],
    "de": ["Nachname", "Vorname", "E-Mail-Adresse"],
    "fr": ["Nom", "Prénom", "Adresse e-mail"],
}


def moodle(
    students: list[Student], language: str, marks: Marks, team: dict[str, Team] | None = None
) -> list[list[str]]:
    style = STYLES["moodle"][language]
    submitted, nothing = SUBMITTED[language]
    yes, no = CHANGEABLE[language]
    rows = [MOODLE[language].split("|")]
    for student in students:
        group = team[student.number] if team else None
        named = (group.name if group.number else DEFAULT[language]) if group else ""
        status = submitted if files(student) else nothing
        mark = style.number(marks.get(student.number, _before(student, "{:.2f}")))
        changeable = no if student.cell == "kept" else yes
        who = [f"{PARTICIPANT[language]}{student.number}", student.name, student.email]
        rest = [mark, style.number("9.00"), changeable, WHEN[language], "-", 'well "done"\n']
        rows.append([*who, status, named, *rest])
    return rows


def moodle_blind(students: list[Student], language: str, marks: Marks) -> list[list[str]]:
    """Names and addresses are no columns where marking is blind."""
    rows = moodle(students, language, marks)
    return [[row[0], *row[3:]] for row in rows]


def canvas(students: list[Student], language: str, marks: Marks) -> list[list[str]]:
    number, only = STYLES["canvas"][language].number, READ_ONLY[language]
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Essay (471)"]
    rows = [
        [*head, "Practice (4711)", "Current Score"],
        ["    Points Possible", "", "", "", "", number("10.00"), number("9.00"), only],
    ]
    for student in students:
        mark = number(marks.get(student.number, _excused(student)))
        who = [f"{student.last}, {student.first}", student.number, f"s{student.number}"]
        rows.append([*who, student.login, "Lab 1", number("7.50"), mark, number("83.33")])
    rows.append(["Student, Test", "999", "", "f3a9" * 10, "Lab 1", "", "", number("0.00")])
    return rows


def canvas_split(students: list[Student], language: str, marks: Marks) -> list[list[str]]:
    """Names in two columns, several sections, notes, a posting policy, and no ids of a SIS."""
    number, only = STYLES["canvas"][language].number, READ_ONLY[language]
    rows = [
        ["LastName", "FirstName", "ID", "SIS Login ID", "Section", "Notes", "Practice (4711)"],
        ["", "", "", "", "", "", "Manual Posting"],
        ["    Points Possible", "", "", "", "", only, number("9.00")],
    ]
    for student in students:
        mark = number(marks.get(student.number, _excused(student)))
        who = [student.last, student.first, student.number, student.email]
        rows.append([*who, f"Lab 1.1 {AND[language]} Lab 2.1", "prefers 1.5 pages", mark])
    rows.append(["Student", "Test", "999", "f3a9" * 10, "Lab 1.1", "", ""])
    return rows


def canvas_anonymous(students: list[Student], language: str, marks: Marks) -> list[list[str]]:
    """Marks of an assignment that is anonymous yet are shown to nobody, and taken from nobody."""
    rows = canvas(students, language, {student.number: "N/A" for student in students})
    note = "Manual Posting (scores hidden from instructors)"
    return [rows[0], ["", "", "", "", "", "", note, ""], *rows[1:]]


def blackboard(students: list[Student], language: str, marks: Marks) -> list[list[str]]:
    number, waiting = STYLES["blackboard"][language].number, NEEDS_GRADING[language]
    titles = BLACKBOARD[language].replace("] |", "]\0").split("|")
    rows = [[title.replace("\0", " |") for title in titles]]
    for student in students:
        mark = number(marks.get(student.number, _attempt(student, waiting)))
        who = [student.last, student.first, student.login, f"s{student.number}"]
        rows.append([*who, "2026-11-03 10:15:00", "Yes", number("7.50"), mark])
    rows.append(["_PreviewUser", "Ada", "tutor_previewuser", "", "", "Yes", "", waiting])
    return rows


def brightspace(students: list[Student], language: str, marks: Marks) -> list[list[str]]:
    number = STYLES["brightspace"][language].number
    titles = [
        "Essay Points Grade <Numeric MaxPoints:10 Weight:50>",
        "Practice Points Grade <Numeric MaxPoints:9 Weight:50>",
    ]
    rows = [[*BRIGHTSPACE[language].split("|"), *titles, "End-of-Line Indicator"]]
    for student in students:
        mark = number(marks.get(student.number, _excused(student)))
        who = [f"#{7000 + int(student.number)}", f"#{student.login}", student.last, student.first]
        rows.append([*who, student.email, number("7.5"), mark, "#"])
    return rows


def google(students: list[Student], language: str, marks: Marks) -> list[list[str]]:
    """Classroom gives marks out and takes none in."""
    rows = [[*GOOGLE[language], "Practice"], ["", "", "", "9"]]
    return rows + [[student.last, student.first, student.email, ""] for student in students]


def _before(student: Student, form: str) -> str:
    return form.format(float(student.cell)) if student.cell.isdigit() else ""


def _attempt(student: Student, waiting: str) -> str:
    """Return what Blackboard writes where an attempt waits, behind which the mark so far stands."""
    if student.cell == "kept":
        return "Exempt"
    before = _before(student, "{:.2f}")
    if not files(student):
        return before
    return f"{waiting}({before})" if before else waiting


def _excused(student: Student) -> str:
    return "EX" if student.cell == "kept" else _before(student, "{:.2f}")


Rows = Callable[[list[Student], str, Marks], list[list[str]]]
SHEETS: dict[str, Rows] = {
    "moodle": moodle,
    "moodle-flat": moodle,
    "moodle-blind": moodle_blind,
    "canvas": canvas,
    "canvas-anonymous": canvas_anonymous,
    "canvas-split": canvas_split,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "google": google,
}


def team_worksheet(pairs: list[tuple[Student, Team]], language: str, marks: Marks) -> bytes:
    """Return Moodle's worksheet of an assignment of teams, which says who is in which."""
    students, team = [one for one, _ in pairs], {one.number: team for one, team in pairs}
    return STYLES["moodle"][language].bytes(moodle(students, language, marks, team))


def download(lms: str, students: list[Student], language: str, marks: Marks) -> bytes:
    """Return the LMS's file about those on the class list, with these marks in it."""
    listed = [student for student in students if student.list == "yes"]
    style = STYLES[lms.partition("-")[0]][language]
    return style.bytes(SHEETS[lms](listed, language, marks))
