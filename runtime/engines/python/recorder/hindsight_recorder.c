/* Counts the events of the user's own code: callbacks of sys.monitoring that allocate nothing and call nothing while they count.
 *
 * So a program that is recorded, and the same program run again from a snapshot, have the same objects at the same addresses. The Python
 * side (worker/debugging/recorder/native.py) takes the tool, registers these callbacks and chooses the events; here is what they do. The
 * meaning of each function is that of the interface in recorder/__init__.py.
 *
 * Limited API of 3.12: one file for all later versions. Needs the GIL.
 */
#define Py_LIMITED_API 0x030c0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include "codes.h"
#include "lines.h"
#include "state.h"
#include "aside.h"

/* Codes of mine that were met lately, by their addresses; borrowed from the table. Two functions that call one another in turn both hit. */
static PyObject *recent[256];

static PyObject **recent_place(PyObject *code) { return &recent[(uintptr_t)code >> 6 & 255]; }

static void forget_recent(void) { memset(recent, 0, sizeof recent); }

/* Deep in a recursion a callback would meet the limit, and raise in the program what it did not raise: it gets frames of its own. */
enum { FRAMES_OF_OURS = 200 };

static void move_recursion_limit(int by) { Py_SetRecursionLimit(Py_GetRecursionLimit() + by); }

/* Calls back with the user's frame, which is the innermost one since this is no Python function. */
static PyObject *tell(PyObject *callback, PyObject *first, PyObject *second) {
    /* Only the counted thread's memory is the same in a replay; and it goes on while another one is called back. */
    int is_aside = is_counted_thread;
    if (is_aside) step_aside();
    PyObject *frame = Py_XNewRef((PyObject *)PyEval_GetFrame());
    if (frame == NULL) {
        if (is_aside) step_back();
        Py_RETURN_NONE;
    }
    PyObject *arguments[] = {NULL, frame, first, second};
    size_t count = first == NULL ? 1 : second == NULL ? 2 : 3;
    Py_INCREF(callback);
    move_recursion_limit(FRAMES_OF_OURS);
    PyObject *answer = PyObject_Vectorcall(callback, arguments + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    move_recursion_limit(-FRAMES_OF_OURS);
    Py_DECREF(callback);
    Py_DECREF(frame);
    if (is_aside) step_back();
    return answer;
}

static int tell_only(PyObject *callback, PyObject *first, PyObject *second) {
    PyObject *answer = tell(callback, first, second);
    Py_XDECREF(answer);
    return answer == NULL ? -1 : 0;
}

/* The same of an event in another thread than the counted one, where such are told. */
static int tell_elsewhere(PyObject *callback, PyObject *first, PyObject *second) {
    return callback == NULL || !tells_threads ? 0 : tell_only(callback, first, second);
}

/* Turns the LINE events of a code on or off; `code` may move meanwhile, its object does not. */
static int set_line_events(PyObject *object, int on) {
    PyObject *arguments[] = {NULL, tool, object, on ? line_events : no_events};
    PyObject *answer = PyObject_Vectorcall(set_local_events, arguments + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_XDECREF(answer);
    return answer == NULL ? -1 : 0;
}

/* Turns the LINE events of each code on or off, as it is wanted now. With `anew`, also those that were disabled one by one. */
static int apply_lines(int anew) {
    for (size_t i = 0; i < code_count; i++) {
        uint32_t flags = codes[i].flags;
        int wanted = (counting_lines && (flags & MINE)) || (flags & WATCHED);
        int refresh = anew && (flags & HOLED);
        if ((flags & LINES_ON) && (!wanted || refresh) && set_line_events(codes[i].code, 0) < 0) return -1;
        if (wanted && (!(flags & LINES_ON) || refresh) && set_line_events(codes[i].code, 1) < 0) return -1;
        flags &= ~(uint32_t)LINES_ON;
        if (refresh || !wanted) flags &= ~(uint32_t)HOLED;
        codes[i].flags = flags | (wanted ? LINES_ON : 0);
    }
    return 0;
}

/* The index of a file of mine, -1 where it is not, -2 with an exception. */
static long index_of_file(PyObject *name) {
    PyObject *known = PyDict_GetItemWithError(file_indexes, name);
    if (known != NULL) return PyLong_AsLong(known);
    if (PyErr_Occurred()) return -2;
    PyObject *arguments[] = {NULL, name};
    PyObject *answer = PyObject_Vectorcall(is_mine, arguments + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    int mine = answer == NULL ? -1 : PyObject_IsTrue(answer);
    Py_XDECREF(answer);
    if (mine < 0) return -2;
    long index = mine ? (long)PyList_Size(files) : -1;
    PyObject *number = PyLong_FromLong(index);
    int failed = number == NULL || PyDict_SetItem(file_indexes, name, number) < 0;
    if (!failed && mine) failed = PyList_Append(files, name) < 0;
    Py_XDECREF(number);
    return failed ? -2 : index;
}

static int is_wanted(PyObject *code) {
    if (all_lines || wanted_codes == NULL) return all_lines;
    PyObject *arguments[] = {NULL, code};
    PyObject *answer = PyObject_Vectorcall(wanted_codes, arguments + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    int wanted = answer == NULL ? -1 : PyObject_IsTrue(answer);
    Py_XDECREF(answer);
    return wanted;
}

/* Takes note of a code that is met for the first time. Answers its flags, 0 where it is not mine, -1 with an exception.
 *
 * Its LINE events are turned on in any case, once: that allocates its table of lines, which must not happen later, in a replay only. */
static int meet_aside(PyObject *object) {
    PyObject *name = PyObject_GetAttr(object, filename_name);
    long file = name == NULL ? -2 : index_of_file(name);
    Py_XDECREF(name);
    if (file < 0) return file == -1 ? 0 : -1;
    int wanted = is_wanted(object);
    if (wanted < 0) return -1;
    Code *known = find_code(object);
    if (known != NULL) return (int)known->flags; /* met by another thread meanwhile */
    forget_recent();
    int lined = wanted || counting_lines;
    uint32_t flags = MINE | (wanted ? WATCHED : 0) | (lined ? LINES_ON : 0);
    if (add_code(object, flags, (uint32_t)file) == NULL) return -1;
    if (set_line_events(object, 1) < 0 || (!lined && set_line_events(object, 0) < 0)) return -1;
    return (int)flags;
}

static int meet(PyObject *object) {
    if (!is_counted_thread) return meet_aside(object);
    step_aside();
    int flags = meet_aside(object);
    step_back();
    return flags;
}

static int flags_of(PyObject *code) {
    Code *known = find_code(code);
    return known != NULL ? (int)known->flags : meet(code);
}

static int attend(void) {
    int due = now == alarm_time;
    if (clock_on && now >= next_look && clock_is_due()) due = 1;
    set_attention();
    return due ? tell_only(on_due, NULL, NULL) : 0;
}

/* A callback, which gets the code and what the event has of its own in `arguments`. */
#define EVENT(name) \
    static PyObject *name(PyObject *Py_UNUSED(self), PyObject *const *arguments, size_t Py_UNUSED(count), PyObject *Py_UNUSED(names))

static PyObject *disabled(void) { return Py_NewRef(disable); }

/* One counted event. Answers NULL with an exception, else None, or `other` for code that is not mine. */
static inline PyObject *count_event(PyObject *code, int enters, PyObject *other) {
    PyObject **place = recent_place(code);
    if (*place != code || !is_counted_thread) {
        if (!running) return Py_NewRef(other);
        int flags = flags_of(code);
        if (flags < 0) return NULL;
        if (!(flags & MINE)) return Py_NewRef(other);
        if (!is_counted_thread) return enters && tell_elsewhere(on_start, NULL, NULL) < 0 ? NULL : Py_NewRef(Py_None);
        *place = code;
    }
    now++;
    if (enters) {
        depth++;
        if (on_start != NULL && tell_only(on_start, NULL, NULL) < 0) return NULL;
    }
    if (now >= attention && running && attend() < 0) return NULL;
    Py_RETURN_NONE;
}

EVENT(started) {
    return count_event(arguments[0], 1, disable);
}

/* Events of this kind cannot be disabled. */
EVENT(thrown) {
    return count_event(arguments[0], 1, Py_None);
}

EVENT(jumped) {
    return count_event(arguments[0], 0, disable);
}

EVENT(lined) {
    PyObject *code = arguments[0];
    Code *known = running ? find_code(code) : NULL;
    if (known == NULL) return disabled();
    if (!is_counted_thread && !tells_threads) Py_RETURN_NONE;
    long line = PyLong_AsLong(arguments[1]);
    int counted = counting_lines && (known->flags & MINE);
    int due = counted && is_counted_thread && count_line(known, line, now);
    int told = (known->flags & WATCHED) && on_line != NULL && !is_muted(code, line);
    unsigned long changes = line_changes;
    if (told) {
        PyObject *answer = tell(on_line, arguments[1], NULL);
        if (answer == NULL) return NULL;
        told = PyObject_IsTrue(answer);
        Py_DECREF(answer);
        if (told < 0) return NULL;
        if (!told && changes == line_changes && running) mute(code, line);
    }
    if (due && running && tell_only(on_due, NULL, NULL) < 0) return NULL;
    if (counted || told || changes != line_changes || !running) Py_RETURN_NONE;
    known = find_code(code);
    if (known != NULL) known->flags |= HOLED;
    return disabled();
}

static PyObject *left(PyObject *const *arguments, PyObject *kind, PyObject *other) {
    Code *known = running ? find_code(arguments[0]) : NULL;
    if (known == NULL || !(known->flags & MINE)) return Py_NewRef(other);
    if (!is_counted_thread) return tell_elsewhere(on_return, kind, arguments[2]) < 0 ? NULL : Py_NewRef(Py_None);
    if (on_return != NULL && tell_only(on_return, kind, arguments[2]) < 0) return NULL;
    depth--;
    Py_RETURN_NONE;
}

EVENT(returned) {
    return left(arguments, return_kind, disable);
}

EVENT(yielded) {
    return left(arguments, yield_kind, disable);
}

EVENT(unwound) {
    return left(arguments, unwind_kind, Py_None);
}

EVENT(raised) {
    if (!running || on_raise == NULL || (!is_counted_thread && !tells_threads)) Py_RETURN_NONE;
    if (tell_only(on_raise, arguments[2], NULL) < 0) return NULL;
    Py_RETURN_NONE;
}

#include "commands.h"
