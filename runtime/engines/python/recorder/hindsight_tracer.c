/* Counts under CPython 3.10 and 3.11, which have no sys.monitoring: a trace function in C, for what tracing.py says and does.
 *
 * A trace function in Python is called by way of copying all locals of the frame, there and back; one in C is called. It counts here, and where
 * there is more to do than to count it calls the recorder. Made for one version each, since tracing in C is not in the limited API.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "codes.h"
#include "lines.h"

enum {
    LOOPS = 16, /* jumps back: its lines are events */
    ENDS = 32,  /* how its frames are left is told, and what is raised in it */
};

static int running, tells_raises;
static size_t ends_count; /* codes whose ends are told */
static uint64_t now, attention;
static PyObject *meet, *enter, *attend, *pass_other, *on_due; /* methods of the recorder, and what it was given */
static PyObject *on_line;
static PyObject *return_event, *exception_event;

static int told(PyObject *answer) {
    Py_XDECREF(answer);
    return answer == NULL ? -1 : 0;
}

static PyObject *answer_of(PyObject *callback, PyFrameObject *frame, PyObject *first, PyObject *second) {
    PyObject *arguments[] = {NULL, (PyObject *)frame, first, second};
    size_t count = first == NULL ? 1 : second == NULL ? 2 : 3;
    Py_INCREF(callback);
    PyObject *answer = PyObject_Vectorcall(callback, arguments + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(callback);
    return answer;
}

static int call(PyObject *callback, PyFrameObject *frame, PyObject *first, PyObject *second) {
    return told(answer_of(callback, frame, first, second));
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

/* The line itself, after what was due by time: counts it, tells it. */
static int pass_line(PyFrameObject *frame) {
    PyObject *code = (PyObject *)PyFrame_GetCode(frame);
    Code *known = find_code(code);
    Py_DECREF(code); /* the frame holds it */
    if (known == NULL) return 0;
    long line = PyFrame_GetLineNumber(frame);
    int due = counting_lines && (known->flags & MINE) && count_line(known, line, now);
    if ((known->flags & WATCHED) && on_line != NULL && !is_muted(code, line)) {
        unsigned long changes = line_changes;
        PyObject *number = PyLong_FromLong(line);
        PyObject *answer = number == NULL ? NULL : answer_of(on_line, frame, number, NULL);
        Py_XDECREF(number);
        int again = answer == NULL ? -1 : PyObject_IsTrue(answer);
        Py_XDECREF(answer);
        if (again < 0) return -1;
        if (!again && running && changes == line_changes) mute(code, line);
    }
    return due && running ? call(on_due, frame, NULL, NULL) : 0;
}

static int trace(PyObject *Py_UNUSED(self), PyFrameObject *frame, int what, PyObject *argument) {
    if (!running) return 0;
    /* Half of all events, and mostly nobody wants them. */
    if (what == PyTrace_RETURN && ends_count == 0 && !counting_lines) return 0;
    int flags = flags_of(frame);
    if (flags < 0) return -1;
    switch (what) {
    case PyTrace_CALL:
        if (!(flags & MINE)) return 0;
        depth++;
        return ++now >= attention ? call(enter, frame, NULL, NULL) : 0;
    case PyTrace_LINE:
        if ((flags & LOOPS) && ++now >= attention) {
            if (call(attend, frame, NULL, NULL) < 0) return -1;
            if (!running) return 0;
            flags |= WATCHED; /* it may be, by now */
        }
        return (flags & WATCHED) || (counting_lines && (flags & MINE)) ? pass_line(frame) : 0;
    case PyTrace_RETURN:
        if ((flags & ENDS) && call(pass_other, frame, return_event, argument == NULL ? Py_None : argument) < 0) return -1;
        if (flags & MINE) depth--;
        return 0;
    case PyTrace_EXCEPTION:
        return flags & ENDS || tells_raises ? call(pass_other, frame, exception_event, argument) : 0;
    default:
        return 0;
    }
}

static void replace(PyObject **place, PyObject *value) {
    PyObject *old = *place;
    *place = value == Py_None ? NULL : Py_XNewRef(value);
    Py_XDECREF(old);
}

static PyObject **const methods_of_recorder[] = {&meet, &enter, &attend, &pass_other, &on_due};
enum { METHOD_COUNT = sizeof methods_of_recorder / sizeof *methods_of_recorder };

/* start(meet, enter, attend, pass_other, on_due) */
static PyObject *command_start(PyObject *Py_UNUSED(self), PyObject *arguments) {
    if (running) {
        PyErr_SetString(PyExc_RuntimeError, "a recorder runs already");
        return NULL;
    }
    if (PyTuple_Size(arguments) != METHOD_COUNT) {
        PyErr_SetString(PyExc_TypeError, "start takes five functions");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < METHOD_COUNT; i++) replace(methods_of_recorder[i], PyTuple_GetItem(arguments, i));
    now = line_count = 0;
    attention = UINT64_MAX;
    running = 1;
    Py_RETURN_NONE;
}

/* install(on): makes this the trace function of the thread, or none. */
static PyObject *command_install(PyObject *Py_UNUSED(self), PyObject *on) {
    PyEval_SetTrace(on == Py_True ? trace : NULL, NULL);
    Py_RETURN_NONE;
}

static PyObject *command_stop(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    running = counting_lines = tells_raises = 0;
    ends_count = 0;
    forget_muted();
    forget_samples();
    forget_codes();
    replace(&on_line, NULL);
    for (size_t i = 0; i < METHOD_COUNT; i++) replace(methods_of_recorder[i], NULL);
    Py_RETURN_NONE;
}

/* set_flags(code, file, mine, loops, watched, ends) */
static PyObject *command_set_flags(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *code;
    int file, mine, loops, watched, ends;
    if (!PyArg_ParseTuple(arguments, "Oipppp", &code, &file, &mine, &loops, &watched, &ends)) return NULL;
    Code *known = find_code(code);
    if (known == NULL) known = add_code(code, 0, (uint32_t)file);
    if (known == NULL) return NULL;
    ends_count += (size_t)ends - (known->flags & ENDS ? 1 : 0);
    known->flags = (mine ? MINE : 0) | (loops ? LOOPS : 0) | (watched ? WATCHED : 0) | (ends ? ENDS : 0);
    Py_RETURN_NONE;
}

/* Every line of what is watched is told from now on, also such as was answered False. */
static PyObject *command_watch_lines(PyObject *Py_UNUSED(self), PyObject *callback) {
    replace(&on_line, callback);
    line_changes++;
    forget_muted();
    Py_RETURN_NONE;
}

/* begin_lines(alarm, every, depth) */
static PyObject *command_begin_lines(PyObject *Py_UNUSED(self), PyObject *arguments) {
    unsigned long long alarm, every;
    long long frames;
    if (!PyArg_ParseTuple(arguments, "KKL", &alarm, &every, &frames)) return NULL;
    begin_counting(alarm, every, frames);
    Py_RETURN_NONE;
}

static PyObject *command_end_lines(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    counting_lines = 0;
    line_changes++;
    return take_samples();
}

static PyObject *command_lines(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    return PyLong_FromUnsignedLongLong(line_count);
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
    COMMAND(watch_lines, METH_O), COMMAND(begin_lines, METH_VARARGS), COMMAND(end_lines, METH_NOARGS), COMMAND(lines, METH_NOARGS),
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
