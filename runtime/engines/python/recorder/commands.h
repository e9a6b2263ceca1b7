/* What the Python side calls, and the module. Included once, by hindsight_recorder.c. */
#ifndef HINDSIGHT_COMMANDS_H
#define HINDSIGHT_COMMANDS_H

static void replace(PyObject **place, PyObject *value) {
    PyObject *old = *place;
    *place = value == Py_None ? NULL : Py_XNewRef(value);
    Py_XDECREF(old);
}

/* Puts a new reference into its place. */
static int take(PyObject **place, PyObject *made) {
    PyObject *old = *place;
    *place = made;
    Py_XDECREF(old);
    return made == NULL ? -1 : 0;
}

static PyObject *command_stop(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    if (running) {
        counting_lines = all_lines = 0;
        for (size_t i = 0; i < code_count; i++) codes[i].flags &= ~(uint32_t)WATCHED;
        if (apply_lines(0) < 0) return NULL;
    }
    running = clock_on = tells_threads = 0;
    alarm_time = 0;
    is_counted_thread = 0;
    forget_recent();
    forget_muted();
    forget_samples();
    forget_codes();
    PyObject **held[] = {&is_mine, &on_due, &on_line, &on_start, &on_return, &on_raise, &wanted_codes};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) replace(held[i], NULL);
    end_aside();
    Py_RETURN_NONE;
}

static PyObject *command_start(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *new_tool, *new_is_mine, *new_on_due, *monitoring;
    if (!PyArg_ParseTuple(arguments, "OOOO", &new_tool, &new_is_mine, &new_on_due, &monitoring)) return NULL;
    if (running) {
        PyErr_SetString(PyExc_RuntimeError, "a recorder runs already");
        return NULL;
    }
    if (take(&disable, PyObject_GetAttrString(monitoring, "DISABLE")) < 0) return NULL;
    if (take(&set_local_events, PyObject_GetAttrString(monitoring, "set_local_events")) < 0) return NULL;
    if (take(&files, PyList_New(0)) < 0 || take(&file_indexes, PyDict_New()) < 0) return NULL;
    replace(&tool, new_tool);
    replace(&is_mine, new_is_mine);
    replace(&on_due, new_on_due);
    prepare_aside();
    PyType_ClearCache(); /* It holds names that nobody else does, and gives them up when other names take their places. */
    is_counted_thread = 1;
    now = alarm_time = line_count = 0;
    attention = NEVER;
    clock_on = 0;
    running = 1;
    Py_RETURN_NONE;
}

static PyObject *command_see(PyObject *Py_UNUSED(self), PyObject *code) {
    if (!running) Py_RETURN_FALSE;
    int flags = flags_of(code);
    return flags < 0 ? NULL : PyBool_FromLong(flags & MINE);
}

static PyObject *command_set_alarm(PyObject *Py_UNUSED(self), PyObject *time) {
    alarm_time = PyLong_AsUnsignedLongLong(time);
    if (PyErr_Occurred()) return NULL;
    set_attention();
    Py_RETURN_NONE;
}

static PyObject *command_set_clock(PyObject *Py_UNUSED(self), PyObject *seconds) {
    double wait = PyFloat_AsDouble(seconds);
    if (PyErr_Occurred()) return NULL;
    set_clock_ns(wait > 0 ? (uint64_t)(wait * 1e9) + 1 : 0);
    Py_RETURN_NONE;
}

/* watch_lines(on_line, given, wanted, all): the given codes, also such as are not mine, and those that `wanted` answers True for. */
static PyObject *command_watch_lines(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *callback, *given, *wanted;
    int all;
    if (!running) Py_RETURN_NONE;
    if (!PyArg_ParseTuple(arguments, "OOOp", &callback, &given, &wanted, &all)) return NULL;
    replace(&on_line, callback);
    replace(&wanted_codes, wanted);
    all_lines = all;
    line_changes++;
    forget_muted();
    for (size_t i = 0; i < code_count; i++) {
        PyObject *code = codes[i].code;
        int want = codes[i].flags & MINE ? is_wanted(code) : 0;
        if (want < 0) return NULL;
        codes[i].flags = (codes[i].flags & ~(uint32_t)WATCHED) | (want ? WATCHED : 0);
    }
    for (Py_ssize_t i = 0; i < PyList_Size(given); i++) {
        PyObject *code = PyList_GetItem(given, i);
        if (flags_of(code) < 0) return NULL;
        Code *known = find_code(code);
        if (known == NULL) known = add_code(code, 0, 0);
        if (known == NULL) return NULL;
        known->flags |= WATCHED;
    }
    forget_recent();
    if (apply_lines(1) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *command_watch_starts(PyObject *Py_UNUSED(self), PyObject *callback) {
    if (running) replace(&on_start, callback);
    Py_RETURN_NONE;
}

static PyObject *command_watch_returns(PyObject *Py_UNUSED(self), PyObject *callback) {
    if (running) replace(&on_return, callback);
    Py_RETURN_NONE;
}

static PyObject *command_watch_raises(PyObject *Py_UNUSED(self), PyObject *callback) {
    if (running) replace(&on_raise, callback);
    Py_RETURN_NONE;
}

static PyObject *command_watch_threads(PyObject *Py_UNUSED(self), PyObject *on) {
    tells_threads = running && on == Py_True;
    Py_RETURN_NONE;
}

/* begin_lines(alarm, every, depth): `depth` is how many frames of mine there are now. */
static PyObject *command_begin_lines(PyObject *Py_UNUSED(self), PyObject *arguments) {
    unsigned long long alarm, every;
    long long frames;
    if (!running) Py_RETURN_NONE;
    if (!PyArg_ParseTuple(arguments, "KKL", &alarm, &every, &frames)) return NULL;
    begin_counting(alarm, every, frames);
    if (apply_lines(1) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *command_end_lines(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    counting_lines = 0;
    line_changes++;
    if (running && apply_lines(0) < 0) return NULL;
    return take_samples();
}

static PyObject *command_time(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) { return PyLong_FromUnsignedLongLong(now); }

/* aside(on): what the counted thread does from here on is the worker's, or is the program's again. May be nested. */
static PyObject *command_aside(PyObject *Py_UNUSED(self), PyObject *on) {
    if (running && is_counted_thread) {
        if (on == Py_True)
            step_aside();
        else
            step_back();
    }
    Py_RETURN_NONE;
}

/* The object of a frame is forgotten when the worker has done its work, the frame itself stays where it is. */
static PyObject *command_identity(PyObject *Py_UNUSED(self), PyObject *frame) {
    return PyLong_FromVoidPtr(aside_possible == POSSIBLE ? ((void **)frame)[FRAME_OF_OBJECT] : frame);
}

/* How the program uses memory, as text; empty where that is not known. */
static PyObject *command_memory(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    if (!running || !is_counted_thread || aside_depth == 0) return PyUnicode_FromString("");
    return PyUnicode_FromFormat("%llx", (unsigned long long)mark_of_memory());
}

static PyObject *command_lines(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    return PyLong_FromUnsignedLongLong(line_count);
}

static PyObject *command_files(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    return files == NULL ? PyList_New(0) : PyList_GetSlice(files, 0, PyList_Size(files));
}

#define COMMAND(name, takes) {#name, command_##name, takes, NULL}

static PyMethodDef methods[] = {
    COMMAND(start, METH_VARARGS), COMMAND(stop, METH_NOARGS), COMMAND(see, METH_O),
    COMMAND(set_alarm, METH_O), COMMAND(set_clock, METH_O),
    COMMAND(watch_lines, METH_VARARGS), COMMAND(watch_starts, METH_O), COMMAND(watch_returns, METH_O), COMMAND(watch_raises, METH_O),
    COMMAND(watch_threads, METH_O),
    COMMAND(begin_lines, METH_VARARGS), COMMAND(end_lines, METH_NOARGS),
    COMMAND(aside, METH_O), COMMAND(memory, METH_NOARGS), COMMAND(identity, METH_O),
    COMMAND(time, METH_NOARGS), COMMAND(lines, METH_NOARGS), COMMAND(files, METH_NOARGS),
    {NULL, NULL, 0, NULL},
};

/* What sys.monitoring calls: an object that is nothing but its function, because a builtin function is a detour of several nanoseconds. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc function;
} Callback;

static PyMemberDef callback_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Callback, function), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot callback_slots[] = {{Py_tp_call, PyVectorcall_Call}, {Py_tp_members, callback_members}, {0, NULL}};

static PyType_Spec callback_spec = {
    .name = "hindsight_recorder.Callback",
    .basicsize = sizeof(Callback),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = callback_slots,
};

static const struct {
    const char *name;
    vectorcallfunc function;
} callbacks[] = {
    {"started", started}, {"thrown", thrown}, {"jumped", jumped}, {"lined", lined},
    {"returned", returned}, {"yielded", yielded}, {"unwound", unwound}, {"raised", raised},
};

static int add_callbacks(PyObject *made) {
    PyObject *type = PyType_FromSpec(&callback_spec);
    if (type == NULL) return -1;
    for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
        PyObject *callback = PyType_GenericAlloc((PyTypeObject *)type, 0);
        if (callback == NULL) return -1;
        ((Callback *)callback)->function = callbacks[i].function;
        if (PyModule_AddObjectRef(made, callbacks[i].name, callback) < 0) return -1;
        Py_DECREF(callback);
    }
    Py_DECREF(type);
    return 0;
}

static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "hindsight_recorder", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_hindsight_recorder(void) {
    line_events = PyLong_FromLong(1 << 5); /* sys.monitoring.events.LINE; native.py makes sure */
    no_events = PyLong_FromLong(0);
    filename_name = PyUnicode_InternFromString("co_filename");
    return_kind = PyUnicode_InternFromString("return");
    yield_kind = PyUnicode_InternFromString("yield");
    unwind_kind = PyUnicode_InternFromString("unwind");
    if (line_events == NULL || no_events == NULL || filename_name == NULL) return NULL;
    if (return_kind == NULL || yield_kind == NULL || unwind_kind == NULL) return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made == NULL || add_callbacks(made) < 0) return NULL;
    return made;
}

#endif
