"""What no answer needs: modules, parts of modules and attributes that lead to what examines it.

Data of `examiner.source_scan`. A path is a dotted name, as in sys.modules.
"""

import re
import sys
from functools import lru_cache

STANDARD = frozenset(sys.stdlib_module_names)
# Modules, and attributes of other things as well, such as datetime.time.
WORDS = {"code", "copy", "profile", "site", "test", "time", "trace"}
# Besides the standard library: what the exercises give, and what that brings.
LIBRARIES = {
    *("anyio", "blinker", "certifi", "click", "cryptography", "examiner", "flask", "h11"),
    *("httpcore", "httpx", "idna", "itsdangerous", "jinja2", "jwt", "lesson", "markupsafe"),
    *("server", "werkzeug"),
}
GIVEN = ("examiner.workbench", "examiner.vault")
# Whatever of these is used, by any of its names.
MODULES = {
    *("__main__", "_ctypes", "_interpreters", "_string", "_testcapi", "_xxsubinterpreters"),
    *("annotationlib", "bdb", "builtins", "cgitb", "code", "codeop", "copyreg", "ctypes", "dis"),
    *("doctest", "faulthandler", "gc", "idlelib", "marshal", "pdb", "pkgutil", "profile"),
    *("pyclbr", "pydoc", "rlcompleter", "runpy", "site", "test", "trace", "tracemalloc"),
    *("zipimport", "werkzeug.debug", "flask.cli", "unittest.mock"),
    *("multiprocessing.managers", "multiprocessing.spawn", "cryptography.hazmat.bindings"),
}
# Of these modules only the parts that are named here are harmless.
HARMLESS = {
    "_thread": {
        *("LockType", "RLock", "TIMEOUT_MAX", "allocate_lock", "error", "exit", "get_ident"),
        *("get_native_id", "start_new_thread"),
    },
    "importlib": {"metadata", "resources"},
    "importlib.metadata": {"PackageNotFoundError", "metadata", "requires", "version"},
    "importlib.resources": {"files"},
    "inspect": {
        *("Parameter", "Signature", "cleandoc", "getdoc", "isawaitable", "isclass", "iscoroutine"),
        *("iscoroutinefunction", "isfunction", "isgenerator", "ismethod", "signature"),
    },
    "logging.config": {"dictConfig"},
    "unittest": {
        *("FunctionTestCase", "IsolatedAsyncioTestCase", "SkipTest", "TestCase", "TestLoader"),
        *("TestResult", "TestSuite", "TextTestResult", "TextTestRunner", "defaultTestLoader"),
        *("expectedFailure", "main", "skip", "skipIf", "skipUnless"),
    },
}
# Of these modules the parts that are named here are not.
PARTS = {
    "cProfile": {"run", "runctx"},
    "jinja2": {"FileSystemLoader", "FunctionLoader", "NativeEnvironment", "nativetypes"},
    "logging": {"currentframe"},
    "os": {"dup", "dup2"},
    "pickle": {"Unpickler", "_Unpickler"},
    "socket": {"fromfd", "setdefaulttimeout"},
    "string": {"Formatter"},
    "sys": {
        *("_current_exceptions", "_current_frames", "_getframe", "_getframemodulename"),
        *("addaudithook", "call_tracing", "getprofile", "gettrace", "meta_path", "modules"),
        *("monitoring", "path", "path_hooks", "path_importer_cache", "setprofile"),
        *("setswitchinterval", "settrace"),
    },
    "threading": {"_active", "_limbo", "setprofile", "settrace"},
    "traceback": {"walk_stack", "walk_tb"},
    "timeit": {"main", "template"},
    "types": {"CodeType", "FunctionType", "LambdaType"},
    "typing": {"ForwardRef", "_eval_type", "evaluate_forward_ref", "get_type_hints"},
    "xmlrpc.server": {"resolve_dotted_attribute"},
}
# A function that is harmless where it is called and its argument stands there.
CONFIGURES = "logging.config.dictConfig"
BUILTINS = {"__import__", "breakpoint", "compile", "eval", "exec"}
OF_A_MODULE = {"__builtins__", "__loader__", "__spec__"}
# Of whatever object: ways from it to frames, code, other people's globals, or from text to objects.
ATTRIBUTES = {
    *("__base__", "__bases__", "__builtins__", "__closure__", "__code__", "__func__"),
    *("__getattribute__", "__globals__", "__import__", "__loader__", "__mro__", "__reduce__"),
    *("__reduce_ex__", "__self__", "__spec__", "__subclasses__"),
    *("_current_frames", "_getframe", "ag_code", "ag_frame", "cell_contents", "cr_code"),
    *("cr_frame", "currentframe", "f_back", "f_builtins", "f_code", "f_globals", "f_locals"),
    *("f_trace", "f_trace_lines", "gi_code", "gi_frame", "tb_frame"),
    *("addaudithook", "dictConfig", "enable_load_extension", "fileConfig", "find_class"),
    *(
        "mro",
        "from_envvar",
        "from_pyfile",
        "get_objects",
        "get_referents",
        "get_referrers",
        "get_stack",
    ),
    *("get_type_hints", "import_string", "import_module", "load_extension", "load_module"),
    *("loadTestsFromName", "loadTestsFromNames", "receivers_for", "resolve_name", "send_bytes"),
    *("setprofile", "setswitchinterval", "settrace", "view_functions", "walk_stack", "walk_tb"),
    *("wsgi_app",),
}
# Ordinary words of one's own objects, and keys to a library's.
OF_LIBRARIES = {"__dict__", "modules", "receivers"}
MATCHED = "__match_args__"  # of a class: the attributes that a pattern takes
# What may be set: state that is the cell's own to write to, and switches that touch nobody.
SETTABLE = (
    *("examiner.workbench.clock", "examiner.workbench.users"),
    *("flask.g", "flask.request", "flask.session", "flask.current_app"),
    *("logging.raiseExceptions", "sys.stderr", "sys.stdout"),
)
# Of a module's own, and yet for anybody.
PUBLIC = {"os._exit"}
# What a container gives its values by, and no module of these names has.
GIVES = {"get", "items", "pop", "popitem", "popleft", "setdefault", "union", "values"}
NO_CONTAINERS = {"httpx.get", "webbrowser.get"}
# Such a name in a text is there for something that makes an attribute or a module of it.
SPELLED = re.compile(
    r"__(?:base|bases|builtins|closure|code|func|getattribute|globals|import|loader|main|mro"
    r"|reduce|reduce_ex|self|spec|subclasses|match_args|init__\.__)__"
    r"|\b(?:tb_frame|f_back|f_globals|f_locals|f_builtins|gi_frame|cr_frame|_getframe"
    r"|sys\.modules)\b"
)
PLACES = ("/proc/", "/sockets", "/dev/fd")
# Jinja reads attributes that stand in a text, and can put a name together.
TEMPLATE = re.compile(r"\{[{%]")
REACHING_TEMPLATE = re.compile(r"__|\\|~|\battr\b|attribute\s*=|[\"']_+[\"']|format|join|replace")
TEMPLATES = {"compile_expression", "from_string", "render_template_string"}
TEMPLATES |= {
    "DictLoader",
    "stream_template_string",
    "jinja2.Template",
    "jinja2.environment.Template",
}
TEMPLATE_FILES = {"render_template", "stream_template"}


@lru_cache(maxsize=10_000)
def normal(path: str) -> str:
    """Return a path that begins at the last module in it: werkzeug.utils.sys.x is sys.x."""
    parts = path.split(".")
    if is_settable(path):
        return path
    for at in range(len(parts) - 1, 0, -1):
        before = "".join(parts[:at])
        name = parts[at].lstrip("_")
        other = name not in (*WORDS, parts[at - 1])  # time.time is no module
        if name in STANDARD and other and before.islower():
            return ".".join([name, *parts[at + 1 :]])
    return path


def is_module(path: str) -> bool:
    """Return whether a path names a module of the standard library, or the top of a library."""
    return normal(path) in STANDARD | LIBRARIES


@lru_cache(maxsize=10_000)
def is_hidden(path: str) -> bool:
    """Return whether no answer needs what a path names."""
    path = normal(path.partition("()")[0])
    parts = path.split(".")
    if parts[0] == "examiner" and len(parts) > 1:
        return not f"{path}.".startswith(tuple(f"{given}." for given in GIVEN))
    above = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return any(map(_is_named, above))


def _is_named(path: str) -> bool:
    module, _, part = path.rpartition(".")
    if path in MODULES or part in PARTS.get(module, ()):
        return True
    return module in HARMLESS and part not in HARMLESS[module]


def is_private(path: str) -> bool:
    """Return whether a path names what a module keeps to itself."""
    module, _, name = path.rpartition(".")
    own = name.startswith("_") and not name.endswith("__") and path not in PUBLIC
    return own and is_module(module)


def is_settable(path: str) -> bool:
    """Return whether a cell may set what a path names, or an attribute of that."""
    return any(path == known or path.startswith(f"{known}.") for known in SETTABLE)
