"""Wrong solutions lose the rules they break and no other; right ones of every style lose none.

The two rules of races take two thirds of an examination. They are asked of one right solution for
each way to keep requests apart, and of the wrong ones whose fault may show in a race; with --soak
of all.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from examiner.examination import Examination
from examiner.rotation.rules import RULES as PUBLIC
from examiner.rule import Rule, Verdict
from grading.examining.hidden_rules.rotation import RULES as HIDDEN
from tests.exercises.sections import lesson_sections
from tests.exercises.solutions import HERE, loses, sample, solution, solutions, source

RULES = (*PUBLIC, *HIDDEN)
EVERY = {rule.name for rule in RULES}
RIGHT = solutions("rotation", "right")
WRONG = solutions("rotation", "wrong")
RACES = {"race", "race_logout"}
SHOWS_IN_RACES = {"one_use", "reuse", "logout", *RACES}  # what loses one of these
APART = {  # each in a way of its own
    "asyncio_loop_of_its_own",
    "class_and_decorators",
    "exit_stack",
    "generators",
    "immutable_cas",
    "lock_free_pop",
    "noisy_and_threaded",
    "one_lock_round_everything",
    "opaque_dict_lock",
    "per_session_locks",
    "single_writer",
    "slow_and_raising",
    "sqlite_file_immediate",
    "sqlite_memory_returning",
    "sqlite_named_memory",
    "thread_local_connections",
}


@pytest.fixture(scope="module")
def examined(request, repeats):
    """Return the verdicts on a solution, a list for each time it is examined.

    Some are examined ahead, for they mostly wait.
    """
    params = (getattr(item, "callspec", None) for item in request.session.items)
    paths = {call.params["path"]: None for call in params if call and call.params.get("path")}
    times, rules_for = range(repeats(1, 20)), repeats(sampled_rules, lambda path: RULES)
    with ThreadPoolExecutor(max_workers=4) as pool:
        verdicts = {
            path: [pool.submit(examine, path, rules_for(path)) for _ in times]
            for path in paths
            if path in [*RIGHT, *WRONG]
        }
        yield lambda path: [one.result() for one in verdicts[path]]
        pool.shutdown(cancel_futures=True)


def pytest_generate_tests(metafunc) -> None:
    """Take a sample of the wrong solutions, and all to soak: each takes a second or more."""
    soaking = metafunc.config.getoption("--soak")
    if metafunc.function.__name__.startswith("test_does_a_wrong_solution"):
        paths = WRONG if soaking else sample(WRONG)
        metafunc.parametrize("path", paths, ids=lambda path: path.stem)
    if metafunc.function.__name__.startswith("test_is_a_fault_found"):
        sampled = {path.stem for path in sample(WRONG)}  # and so examined above by every rule
        metafunc.parametrize("name", [name for name in SELDOM if soaking or name not in sampled])


def sampled_rules(path: Path) -> list[Rule]:
    """Return the rules that a solution is examined by where not everything is repeated."""
    with_races = path.stem in APART if path in RIGHT else lost_by(path) & SHOWS_IN_RACES
    return [rule for rule in RULES if with_races or rule.name not in RACES]


def examine(path: Path, rules: Sequence[Rule]) -> list[Verdict]:
    with Examination(source(path)) as examination:
        return examination.examine_all(rules)


def lost_by(path: Path) -> set[str]:
    """Return the rules that a wrong solution loses: "all" of them, or "all but missing"."""
    names = loses(path)
    if names[0].startswith("all"):
        return EVERY - set(names[0].split()[2:])
    return set(names)


def test_are_there_solutions_of_many_kinds():
    assert len(RIGHT) > 20
    assert len(WRONG) > 60


def test_does_each_rule_have_a_solution_that_loses_it_alone():
    """So no rule is a mere echo of another."""
    lost = [loses(path) for path in WRONG]
    assert [name for name in EVERY if [name] not in lost] == []


def test_is_each_rule_asked_of_right_and_of_wrong_solutions():
    """Also where the two of races are not asked of all."""
    assert {path.stem for path in RIGHT} >= APART
    asked = {path: {rule.name for rule in sampled_rules(path)} for path in RIGHT + sample(WRONG)}
    lost = {path: lost_by(path) for path in sample(WRONG)}
    for name in EVERY:
        assert sum(name in asked[path] for path in RIGHT) > 10
        assert any(name in asked[path] - lost[path] for path in lost)
        assert any(name in asked[path] & lost[path] for path in lost)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_does_a_rule_name_a_section_of_a_lesson(rule):
    assert rule.section in lesson_sections()


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_does_a_right_solution_keep_every_rule(path, examined):
    for verdicts in examined(path):
        assert [str(verdict) for verdict in verdicts if not verdict.passed] == []


def test_does_a_wrong_solution_lose_its_rules_and_no_other(path, examined):
    for verdicts in examined(path):
        lost = [verdict for verdict in verdicts if not verdict.passed]
        assert {verdict.rule for verdict in lost} == lost_by(path), "\n\n".join(map(str, lost))
        for verdict in lost:
            assert 1 <= len(verdict.message.splitlines()) <= 2
            assert len(verdict.message) < 500


# A fault that shows only after long, in a zone, in one text of many, where more comes together than
# two requests on a fresh app, or where two requests meet past what looks like a lock → its rule.
SELDOM = {
    "access_token_from_a_cache": "renews",
    "base64_with_a_line_break": "renews",
    "each_token_hashes_a_salt_and_the_one_before": "others",
    "each_token_hashes_the_one_before": "others",
    "each_token_is_an_hmac_of_the_one_before": "others",
    "empty_after_three_in_a_second": "rotates",
    "every_printable_sign": "renews",
    "refusal_gives_the_token_back": "one_use",
    "refusal_rolls_back_for_all": "race",
    "uuid_of_the_clock": "others",
    "clock_of_the_database": "expires",
    "counted_behind_base64": "others",
    "found_by_like": "uniform",
    "hash_of_user_and_count": "others",
    "hundred_tokens_remembered": "reuse",
    "logged_out_for_a_week": "logout",
    "naive_local_end": "expires",
    "first_refresh_trusts_the_log_in": "user",
    "names_of_the_refused_remembered": "user",
    "reuse_shuts_for_a_week": "reuse",
    "reuse_shuts_until_the_next_log_in": "reuse",
    "seeded_random": "others",
    "user_of_a_cookie": "renews",
    "user_of_the_access_token": "renews",
    "utc_taken_for_local": "expires",
    "utcnow_as_a_timestamp": "expires",
    "ended_list_written_anew": "race_logout",
    "first_token_alone_locked": "race",
    "last_use_noted_by_the_hour": "race_logout",
    "lock_in_a_cache_of_64": "race",
    "lock_of_each_address": "race",
    "log_in_swaps_the_table": "race_logout",
    "log_out_behind_the_answer": "race_logout",
    "released_twice": "race",
    "script_commits_first": "race",
    "busy_event": "race",
    "busy_flag": "race",
    "busy_flag_of_the_token": "race",
    "busy_lock_asked_first": "race",
    "executor_behind_the_loop": "race",
    "gives_up_after_a_fifth": "race",
    "gives_up_after_a_second": "race",
    "gives_up_by_a_deadline": "race",
    "gives_up_on_a_semaphore": "race",
    "lock_made_by_who_comes_first": "race",
    "queue_with_three_workers": "race",
    "thread_each_joined": "race",
    "ticket_not_waited_for": "race",
    "ended_tokens_in_a_denylist": "hashed",
    "found_by_its_beginning": "hashed",
    "reuse_noted_with_its_token": "hashed",
}


def test_is_a_fault_found_that_seldom_shows(name):
    rules = {rule.name: rule for rule in RULES}
    with Examination(solution("rotation", f"wrong/{name}")) as examination:
        assert not examination.examine(rules[SELDOM[name]]).passed


# What is told of a kept token: how it is spelled, and where.
KEPT = {
    "backwards_is_no_hash": "backwards, in a key of index",
    "base64_decoded_is_no_hash": "decoded from base64, in a key of sessions",
    "base64_is_no_hash": "in base64, in a key of store",
    "ended_tokens_in_a_denylist": "as it is, in the variable refused",
    "found_by_its_beginning": "in pieces, in a key of begun and in begun[…]",
    "grace_same_successor": "as it is, in tokens[…]['next']",
    "hex_is_no_hash": "in hexadecimal, in a key of known",
    "raw_as_a_number": "as it is, in issued[0]",
    "raw_as_escaped_json": "as in JSON, in the file tokens.json",
    "raw_in_a_blob": 'as it is, in the column "token" of the table "log" in the variable db',
    "raw_in_a_cache": "as it is, in the cache of fingerprint()",
    "raw_in_a_class_attribute": "as it is, in Sessions.last_token",
    "raw_in_a_closure": "as it is, in a key of rows, which start_session() closes over",
    "raw_in_a_dict": "as it is, in a key of tokens",
    "raw_in_a_folder_of_files": "as it is, in the file name sessions/…",
    "raw_in_a_log_file": "as it is, in the file token.log",
    "raw_in_a_sqlite_file": 'as it is, in the column "hash" of the table "refresh" in the file '
    "sessions.db",
    "raw_in_a_stringio": "as it is, in the variable log",
    "raw_in_a_temporary_file": "as it is, in the file audit-",
    "raw_in_an_event_list": "as it is, in log[",
    "raw_in_an_object": "as it is, in index[…].value",
    "raw_in_an_unflushed_log": "as it is, in the variable log",
    "raw_in_another_script": "as it is, in the file tokens.txt",
    "raw_in_the_config": "as it is, in app.config['REFRESH_SESSIONS'][",
    "raw_on_the_function": "as it is, in token.seen[0]",
    "selector_and_verifier_in_clear": "in pieces, in a key of by_selector and in by_selector[…].",
    "unhex_is_no_hash": "decoded from hexadecimal, in a key of sessions",
}


@pytest.mark.parametrize("name", KEPT)
def test_is_it_told_how_a_kept_token_is_spelled_and_where(name):
    rules = {rule.name: rule for rule in RULES}
    with Examination(solution("rotation", f"wrong/{name}")) as examination:
        first, second = examination.examine(rules["hashed"]).message.splitlines()
    assert re.search(rf"found R\d {re.escape(KEPT[name])}", first)
    assert len(first) < 300
    assert "keep a hash" in second


def test_is_an_error_told_and_no_misconception_guessed_behind_it():
    code = source(HERE / "rotation/right/opaque_dict_lock.py")
    broken = code.replace("def token():\n", "def token():\n    {}['sid']\n")
    rules = {rule.name: rule for rule in RULES}
    with Examination(broken) as examination:
        told, behind = examination.examine(rules["renews"]).message.splitlines()
    assert "expected 200, came 500 (KeyError: 'sid', at line" in told
    assert behind == "Your code ended in an error: mend that line first."
