/* Counts under CPython 3.10 and 3.11, which have no sys.monitoring: a trace function in C, for what tracing.py says and does.
 *
 * A trace function in Python is called by way of copying all locals of the frame, there and back; one in C is called. It counts here, and where
 * there is more to do than to count it calls the recorder. Made for one version each, since tracing in C is not in the limited API.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "codes.h"

enum {
    LOOPS = 16, /* jumps back: its lines are counted */
    FULL = 32,  /* its lines and ends are told */
};

static int running, tells_raises;
static size_t full_count; /* codes that are told */
static uint64_t now, attention;
static PyObject *meet, *enter, *pass_line, *pass_other; /* methods of the recorder */
static PyObject *return_event, *exception_event;

static int told(PyObject *answer) {
    Py_XDECREF(answer);
    return answer == NULL ? -1 : 0;
}

static int call(PyObject *callback, PyFrameObject *frame, PyObject *first, PyObject *second) {
    PyObject *arguments[] = {NULL, (PyObject *)frame, first, second};
    size_t count = first == NULL ? 1 : second == NULL ? 2 : 3;
    Py_INCREF(callback);
    int outcome = told(PyObject_Vectorcall(callback, arguments + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL));
    Py_DECREF(callback);
    return outcome;
}

/* What `set_flags` said of the code of this frame; one that is new is shown to the recorder, which says it then. -1 with an exception. */
static int flags_of(PyFrameObject *frame) {
    PyObject *code = (PyObject *)PyFrame_GetCode(frame);
    Code *known = find_code(code);
    int outcome = 0;
    if (known == NULL) {
        outcome = told(PyObject_CallOneArg(meet, code));
        known = find_code(code);
    }
    Py_DECREF(code);
    return outcome < 0 ? -1 : known == NULL ? 0 : (int)known->flags;
}

static int trace(PyObject *Py_UNUSED(self), PyFrameObject *frame, int what, PyObject *argument) {
    if (!running) return 0;
    /* Half of all events, and mostly nobody wants them. */
    if (what == PyTrace_RETURN && full_count == 0) return 0;
    int flags = flags_of(frame);
    if (flags < 0) return -1;
    switch (what) {
    case PyTrace_CALL:
        if (!(flags & MINE)) return 0;
        return ++now >= attention ? call(enter, frame, NULL, NULL) : 0;
    case PyTrace_LINE:
        if (flags & LOOPS) now++;
        if (!(flags & FULL) && !((flags & LOOPS) && now >= attention)) return 0;
        return call(pass_line, frame, flags & LOOPS ? Py_True : Py_False, NULL);
    case PyTrace_RETURN:
        return flags & FULL ? call(pass_other, frame, return_event, argument == NULL ? Py_None : argument) : 0;
    case PyTrace_EXCEPTION:
        return flags & FULL || tells_raises ? call(pass_other, frame, exception_event, argument) : 0;
    default:
        return 0;
    }
}

static void replace(PyObject **place, PyObject *value) {
    PyObject *old = *place;
    *place = Py_XNewRef(value);
    Py_XDECREF(old);
}

/* start(meet, enter, pass_line, pass_other) */
static PyObject *command_start(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *given[4];
    if (!PyArg_ParseTuple(arguments, "OOOO", &given[0], &given[1], &given[2], &given[3])) return NULL;
    if (running) {
        PyErr_SetString(PyExc_RuntimeError, "a recorder runs already");
        return NULL;
    }
    PyObject **places[] = {&meet, &enter, &pass_line, &pass_other};
    for (size_t i = 0; i < 4; i++) replace(places[i], given[i]);
    now = 0;
    attention = UINT64_MAX;
    tells_raises = 0;
    running = 1;
    Py_RETURN_NONE;
}

/* install(on): makes this the trace function of the thread, or none. */
static PyObject *command_install(PyObject *Py_UNUSED(self), PyObject *on) {
    PyEval_SetTrace(on == Py_True ? trace : NULL, NULL);
    Py_RETURN_NONE;
}

static PyObject *command_stop(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    running = 0;
    full_count = 0;
    forget_codes();
    PyObject **places[] = {&meet, &enter, &pass_line, &pass_other};
    for (size_t i = 0; i < 4; i++) replace(places[i], NULL);
    Py_RETURN_NONE;
}

/* set_flags(code, mine, loops, full) */
static PyObject *command_set_flags(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *code;
    int mine, loops, full;
    if (!PyArg_ParseTuple(arguments, "Oppp", &code, &mine, &loops, &full)) return NULL;
    Code *known = find_code(code);
    if (known == NULL) known = add_code(code, 0, 0);
    if (known == NULL) return NULL;
    full_count += (size_t)full - (known->flags & FULL ? 1 : 0);
    known->flags = (mine ? MINE : 0) | (loops ? LOOPS : 0) | (full ? FULL : 0);
    Py_RETURN_NONE;
}

static PyObject *command_read(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) { return PyLong_FromUnsignedLongLong(now); }

static PyObject *command_attend_at(PyObject *Py_UNUSED(self), PyObject *count) {
    attention = PyLong_AsUnsignedLongLong(count);
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

static PyObject *command_tell_raises(PyObject *Py_UNUSED(self), PyObject *on) {
    tells_raises = on == Py_True;
    Py_RETURN_NONE;
}

#define COMMAND(name, takes) {#name, command_##name, takes, NULL}

static PyMethodDef methods[] = {
    COMMAND(start, METH_VARARGS), COMMAND(install, METH_O), COMMAND(stop, METH_NOARGS), COMMAND(set_flags, METH_VARARGS),
    COMMAND(read, METH_NOARGS), COMMAND(attend_at, METH_O), COMMAND(tell_raises, METH_O),
    {NULL, NULL, 0, NULL},
};

static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "hindsight_tracer", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_hindsight_tracer(void) {
    return_event = PyUnicode_InternFromString("return");
    exception_event = PyUnicode_InternFromString("exception");
    if (return_event == NULL || exception_event == NULL) return NULL;
    return PyModule_Create(&module);
}
