"""The classes of docs/what-survives.md: how an object is made, how it changes, and what tells its state.

Each case is `class | statements that make x | a change of x | an expression that tells its state`. `same` in the last
place says that the change and the expression of the case before are used again.
"""

CASES: dict[str, str] = {
    "Built-in": """
int | x = 41 | x += 1 | x
float | x = 0.1 | x += 1 | x.hex()
complex | x = 1+2j | x *= 2 | x
bool | x = True | x = False | x
str | x = 'text' | x += '!' | x
str with surrogates | x = 'a\\ud800' | x += '!' | ascii(x)
bytes | x = b'ab' | x += b'c' | x
bytearray | x = bytearray(b'ab') | x[0] = 0 | x
memoryview | x = memoryview(bytearray(b'ab')) | x[0] = 0 | x.tobytes()
list | x = [1, [2]] | x[1].append(3) | x
tuple | x = (1, [2]) | x[1].append(3) | x
dict | x = {'a': {1: 2}} | x['a'][3] = 4 | x
set | x = {1, 2} | x.add(3) | sorted(x)
frozenset | x = frozenset({1}) | x |= {2} | sorted(x)
range | x = range(3) | x = range(4) | x
slice | x = slice(1, 2) | x = slice(3) | (x.start, x.stop)
NoneType | x = None | x = 1 | x
ellipsis | x = ... | x = 1 | x is ...
list_iterator | x = iter([1, 2, 3]); next(x) | next(x) | x.__reduce__()[1:]
dict_keys | x = {1: 2}.keys() | x = {3: 4}.keys() | list(x)
dict_values | x = {1: 2}.values() | x = {3: 4}.values() | list(x)
dict_items | x = {1: 2}.items() | x = {3: 4}.items() | list(x)
mappingproxy | from types import MappingProxyType; x = MappingProxyType({1: 2}) | x = MappingProxyType({}) | dict(x)
map | x = map(str, [1, 2]); next(x) | next(x) | [str(part) for part in x.__reduce__()[1][1:] and ['more']] if 0 else type(x).__name__
enumerate | x = enumerate('ab'); next(x) | next(x) | x.__reduce__()[1][1]
zip | x = zip([1, 2], [3, 4]) | next(x) | type(x).__name__
reversed | x = reversed([1, 2, 3]) | next(x) | x.__length_hint__()
""",
    "Functions and classes": """
function | def x(a, b=[1]): return (a, b, 5) | x.__defaults__[0].append(2) | x(1)
lambda | x = lambda n: n * 2 | x = lambda n: n * 3 | x(2)
closure | def make(n=0): return lambda: n\\nx = make([1]) | x().append(2) | x()
function with attributes | def x(): pass\\nx.calls = 1 | x.calls += 1 | x.calls
recursive function | def x(n): return 1 if n == 0 else n * x(n - 1) | x = abs | x(4)
coroutine function | async def x(): return 1 | x = 1 | __import__('inspect').iscoroutinefunction(x)
generator function | def x():\\n  yield 1 | x = list | list(x())
class | class Plain:\\n  n = 1\\nx = Plain | x.n = 2 | x.n
instance | class Point: pass\\nx = Point(); x.at = [1] | x.at.append(2) | x.at
instance with slots | class Slots:\\n  __slots__ = ('a',)\\nx = Slots(); x.a = 1 | x.a = 2 | x.a
instance with __getstate__ | class Own:\\n  def __getstate__(self): return self.n\\n  def __setstate__(self, n): self.n = n\\nx = Own(); x.n = 1 | x.n = 2 | x.n
metaclass | class Meta(type): pass\\nclass WithMeta(metaclass=Meta): n = 1\\nx = WithMeta | x.n = 2 | (type(x).__name__, x.n)
bound method | class Bound:\\n  def get(self): return self.n\\nb = Bound(); b.n = 1; x = b.get | b.n = 2 | x()
builtin method | l = [1]; x = l.append | x(2) | x.__self__
property | class Props:\\n  @property\\n  def p(self): return self._p\\nx = Props(); x._p = 1 | x._p = 2 | x.p
exception | x = ValueError('a', 1) | x.args = () | x.args
exception with cause | try:\\n  try: 1/0\\n  except Exception as e: raise KeyError('k') from e\\nexcept KeyError as e: x = e | x.__cause__ = None | type(x.__cause__).__name__
exception with two arguments | class Two(Exception):\\n  def __init__(self, a, b): super().__init__('m')\\nx = Two(1, 2) | x.args = () | x.args
module | import json as x | x = None | x.__name__
module made by hand | import types; x = types.ModuleType('handmade'); x.n = 1 | x.n = 2 | x.n
generator | def gen():\\n  yield 1; yield 2\\nx = gen(); next(x) | next(x) | x.gi_frame.f_lasti
coroutine | async def co(): pass\\nx = co() | x.close() | x.cr_frame is None
frame | import sys; x = sys._getframe() | x = 1 | type(x).__name__
code | x = compile('1 + 2', 'f', 'eval') | x = compile('2', 'f', 'eval') | eval(x)
""",
    "Standard library": """
collections.OrderedDict | from collections import *; x = OrderedDict(a=1) | x['b'] = 2 | list(x.items())
collections.defaultdict | x = defaultdict(list, a=[1]) | x['b'].append(1) | dict(x)
collections.Counter | x = Counter('aab') | x.update('b') | dict(x)
collections.deque | x = deque([1, 2], maxlen=3) | x.append(3) | (list(x), x.maxlen)
collections.ChainMap | x = ChainMap({1: 2}, {3: 4}) | x[5] = 6 | dict(x)
collections.namedtuple | NT = namedtuple('NT', 'a b'); x = NT(1, [2]) | x.b.append(3) | x
collections.UserDict | x = UserDict(a=1) | x['b'] = 2 | dict(x)
enum.Enum | import enum\\nclass Color(enum.Enum): RED = 1; BLUE = 2\\nx = Color.RED | x = Color.BLUE | x.name
enum.Flag | class Perm(enum.Flag): R = 1; W = 2\\nx = Perm.R | x |= Perm.W | x.value
dataclasses.dataclass | import dataclasses\\n@dataclasses.dataclass\\nclass DC: a: int; b: list\\nx = DC(1, []) | x.b.append(1) | dataclasses.astuple(x)
types.SimpleNamespace | import types; x = types.SimpleNamespace(a=1) | x.a = 2 | x.a
typing.TypeVar | import typing; x = typing.TypeVar('T') | x = typing.TypeVar('U') | x.__name__
types.GenericAlias | x = list[int] | x = list[str] | x
abc.ABC | import abc\\nclass Abstract(abc.ABC):\\n  n = 1\\nx = Abstract; Abstract.register(int) | x.n = 2 | (x.n, issubclass(int, x))
functools.partial | import functools; x = functools.partial(int, base=2) | x = functools.partial(int, base=8) | x('10')
functools.lru_cache | @functools.lru_cache\\ndef x(n): return n\\nx(1) | x = abs | (x(5), hasattr(x, 'cache_info'))
functools.singledispatch | @functools.singledispatch\\ndef x(a): return 'any'\\nx.register(int, lambda a: 'int') | x.register(str, lambda a: 'str') | (x(1), x(''))
functools.cached_property | class Cached:\\n  @functools.cached_property\\n  def p(self): return 1\\nx = Cached(); x.p | x.__dict__['p'] = 2 | x.p
itertools.count | import itertools; x = itertools.count(5); next(x) | next(x) | repr(x)
itertools.chain | x = itertools.chain([1], [2]); next(x) | next(x) | type(x).__name__
operator.itemgetter | import operator; x = operator.itemgetter(1) | x = operator.itemgetter(0) | x('ab')
datetime.date | import datetime; x = datetime.date(2024, 1, 2) | x = x.replace(day=3) | x
datetime.datetime | x = datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc) | x = x.replace(day=3) | x
datetime.timedelta | x = datetime.timedelta(1) | x *= 2 | x
zoneinfo.ZoneInfo | import zoneinfo; x = zoneinfo.ZoneInfo('UTC') | x = None | str(x)
decimal.Decimal | import decimal; x = decimal.Decimal('1.10') | x += 1 | x
decimal.Context | x = decimal.Context(prec=5) | x.prec = 6 | x.prec
fractions.Fraction | import fractions; x = fractions.Fraction(1, 3) | x += 1 | x
random.Random | import random; x = random.Random(1); x.random() | x.random() | x.getstate()[1][-1]
uuid.UUID | import uuid; x = uuid.UUID(int=5) | x = uuid.UUID(int=6) | x
pathlib.Path | import pathlib; x = pathlib.Path('a/b') | x /= 'c' | x.as_posix()
re.Pattern | import re; x = re.compile('a+') | x = re.compile('b') | x.pattern
re.Match | x = re.match('a', 'a') | x = None | x is not None and x.group()
array.array | import array; x = array.array('i', [1, 2]) | x.append(3) | x.tolist()
struct.Struct | import struct; x = struct.Struct('<i') | x = struct.Struct('<q') | x.size
io.StringIO | import io; x = io.StringIO('abc'); x.read(1) | x.read(1) | (x.tell(), x.getvalue())
io.BytesIO | x = io.BytesIO(b'abc'); x.read(1) | x.read(1) | (x.tell(), x.getvalue())
open file, text | x = open(folder + '/text.txt'); x.readline() | x.close() | x.closed or x.tell()
open file, binary | x = open(folder + '/text.txt', 'rb'); x.read(2) | x.close() | x.closed or x.tell()
open file, for writing | x = open(folder + '/out.txt', 'a') | x.close() | x.closed
sys.stdout | import sys; x = sys.stdout | x = None | x is sys.stdout
logging.Logger | import logging; x = logging.getLogger('a.b') | x = None | x is logging.getLogger('a.b')
logging.StreamHandler | x = logging.StreamHandler(sys.stderr); x.setLevel(10) | x.setLevel(20) | (x.level, x.stream is sys.stderr)
string.Template | import string; x = string.Template('$a') | x = string.Template('$b') | x.substitute(a=1, b=2)
argparse.ArgumentParser | import argparse; x = argparse.ArgumentParser(prog='p'); x.add_argument('-n', type=int) | x.set_defaults(n=4) | x.parse_args([]).n
configparser.ConfigParser | import configparser; x = configparser.ConfigParser(); x['s'] = {'a': '1'} | x['s']['a'] = '2' | x['s']['a']
xml.etree.ElementTree.Element | import xml.etree.ElementTree as ET; x = ET.fromstring('<a><b/></a>') | ET.SubElement(x, 'c') | ET.tostring(x)
ast.AST | import ast; x = ast.parse('a = 1') | x.body.clear() | ast.dump(x)
json.JSONDecoder | import json; x = json.JSONDecoder(parse_float=decimal.Decimal) | x = json.JSONDecoder() | x.decode('1.5')
csv.reader | import csv; x = csv.reader(['a,b']) | next(x) | x.line_num
hashlib.sha256 | import hashlib; x = hashlib.sha256(b'a') | x.update(b'b') | x.hexdigest()
zlib.compressobj | import zlib; x = zlib.compressobj() | x = None | type(x).__name__
ipaddress.IPv4Network | import ipaddress; x = ipaddress.ip_network('10.0.0.0/8') | x = None | str(x)
urllib.parse.ParseResult | import urllib.parse; x = urllib.parse.urlparse('http://a/b') | x = None | x and x.netloc
http.cookies.SimpleCookie | import http.cookies; x = http.cookies.SimpleCookie('a=1') | x['a'] = '2' | x['a'].value
email.message.EmailMessage | import email.message; x = email.message.EmailMessage(); x['To'] = 'a@b' | del x['To'] | x['To']
contextvars.ContextVar | import contextvars; x = contextvars.ContextVar('v') | x.set(1) | x.get(0)
weakref.ref | import weakref\\nclass Target: n = 1\\ntarget = Target(); x = weakref.ref(target) | target.n = 2 | x().n
weakref.WeakValueDictionary | x = weakref.WeakValueDictionary(a=target) | del x['a'] | list(x)
weakref.WeakSet | x = weakref.WeakSet([target]) | x.clear() | len(x)
queue.Queue | import queue; x = queue.Queue(); x.put(1) | x.put(2) | list(x.queue)
queue.SimpleQueue | x = queue.SimpleQueue(); x.put(1) | x.put(2) | x.qsize()
heapq list | import heapq; x = [3, 1]; heapq.heapify(x) | heapq.heappush(x, 0) | x
sched.scheduler | import sched; x = sched.scheduler(); e = x.enter(1, 1, print) | x.cancel(e) | len(x.queue)
graphlib.TopologicalSorter | import graphlib; x = graphlib.TopologicalSorter({1: {2}}) | x.add(3) | list(x.__dict__['_node2info'])
unittest.mock.Mock | import unittest.mock; x = unittest.mock.Mock(); x(1) | x(2) | x.call_count
difflib.SequenceMatcher | import difflib; x = difflib.SequenceMatcher(None, 'ab', 'ac') | x.set_seq2('ab') | x.ratio()
textwrap.TextWrapper | import textwrap; x = textwrap.TextWrapper(width=5) | x.width = 9 | x.width
statistics.NormalDist | import statistics; x = statistics.NormalDist(1, 2) | x = statistics.NormalDist() | x.mean
calendar.TextCalendar | import calendar; x = calendar.TextCalendar(6) | x.setfirstweekday(0) | x.firstweekday
tempfile.TemporaryDirectory | import tempfile; x = tempfile.TemporaryDirectory() | x.cleanup() | type(x).__name__
zipfile.ZipInfo | import zipfile; x = zipfile.ZipInfo('a') | x.filename = 'b' | x.filename
ctypes.Structure | import ctypes\\nclass CPair(ctypes.Structure): _fields_ = [('a', ctypes.c_int)]\\nx = CPair(1) | x.a = 2 | x.a
ctypes array | x = (ctypes.c_int * 2)(1, 2) | x[0] = 3 | list(x)
""",
    "Of the process": """
threading.Thread | import threading; x = threading.Thread(target=print) | x.name = 'other' | x.name != 'other'
threading.Lock, free | x = threading.Lock() | x.acquire() | x.locked()
threading.Lock, held | x = threading.Lock(); x.acquire() | x.release() | x.locked()
threading.RLock | x = threading.RLock() | x.acquire() | repr(x).startswith('<locked')
threading.Event | x = threading.Event(); x.set() | x.clear() | x.is_set()
threading.Condition | x = threading.Condition() | x.acquire() | repr(x._lock).startswith('<locked')
threading.Semaphore | x = threading.Semaphore(2) | x.acquire() | x._value
threading.local | x = threading.local(); x.a = 1 | x.a = 2 | x.a
concurrent.futures.ThreadPoolExecutor | import concurrent.futures as cf; x = cf.ThreadPoolExecutor(1) | x.shutdown() | x._shutdown
concurrent.futures.Future | x = cf.Future() | x.set_result(1) | x.done()
asyncio.AbstractEventLoop | import asyncio; x = asyncio.new_event_loop() | x.close() | x.is_closed()
asyncio.Queue | x = asyncio.Queue() | x.put_nowait(1) | x.qsize()
asyncio.Lock | x = asyncio.Lock() | x._locked = True | x.locked()
socket.socket | import socket; x = socket.socket() | x.close() | x.fileno() > 0
sqlite3.Connection | import sqlite3; x = sqlite3.connect(':memory:'); _c = x.execute('create table t(a)') | _c = x.execute('insert into t values (1)') | x.execute('select count(*) from t').fetchone()
subprocess.Popen | import subprocess; x = subprocess.Popen(['true']); _c = x.wait() | x.returncode = 5 | x.returncode
subprocess.CompletedProcess | x = subprocess.CompletedProcess(['a'], 0, 'out') | x.returncode = 1 | x.returncode
mmap.mmap | import mmap; x = mmap.mmap(-1, 10) | x.close() | x.closed
selectors.DefaultSelector | import selectors; x = selectors.DefaultSelector() | x.close() | type(x).__name__
pipe | import os; r, w = os.pipe(); x = open(r) | x.close() | x.closed
multiprocessing.shared_memory.SharedMemory | from multiprocessing import shared_memory; x = shared_memory.SharedMemory(create=True, size=8); _name = x.unlink() | x.close() | type(x).__name__
ssl.SSLContext | import ssl; x = ssl.create_default_context() | x.check_hostname = False | x.check_hostname
""",
    "numpy": """
numpy.ndarray | import numpy as np; x = np.arange(6.).reshape(2, 3) | x[0, 0] = 9 | x.tolist()
numpy.ndarray, large | x = np.arange(100_000) | x[5] = 0 | (int(x.sum()), x.flags.owndata, x.dtype.str)
numpy.ndarray, Fortran order | x = np.asfortranarray(np.arange(6.).reshape(2, 3)) | x[0, 0] = 9 | (x.tolist(), x.flags.f_contiguous)
numpy.ndarray, read-only | x = np.arange(3); x.flags.writeable = False | x = x + 1 | (x.tolist(), x.flags.writeable)
numpy.ndarray of objects | x = np.array([1, 'a', None], dtype=object) | x[0] = 2 | x.tolist()
numpy.ndarray of records | x = np.array([(1, 2.)], dtype=[('a', 'i4'), ('b', 'f8')]) | x['a'] = 5 | x.tolist()
view of an array | base = np.arange(10); x = base[2:5] | base[2] = 99 | (x.tolist(), np.shares_memory(x, x.base))
numpy.datetime64 array | x = np.array(['2024-01-01'], 'M8[D]') | x += 1 | x.astype(str).tolist()
numpy.str_ array | x = np.array(['a', 'bc']) | x[0] = 'z' | x.tolist()
numpy.float64 | x = np.float64(1.5) | x += 1 | (type(x).__name__, float(x))
numpy.dtype | x = np.dtype('<f4') | x = np.dtype('i8') | x.str
numpy.ma.MaskedArray | x = np.ma.masked_array([1, 2], [0, 1]) | x.mask = [1, 1] | x.mask.tolist()
numpy.matrix | x = np.matrix([[1, 2]]) | x[0, 0] = 5 | x.tolist()
numpy.recarray | x = np.rec.array([(1, 2)], names='a,b') | x.a[0] = 5 | x.a.tolist()
numpy.memmap | np.arange(4).tofile(folder + '/map.bin'); x = np.memmap(folder + '/map.bin', int, 'r') | x = None | x.tolist()
numpy.random.Generator | x = np.random.default_rng(1); _n = x.random() | x.random() | x.bit_generator.state['state']['state']
numpy.random.RandomState | x = np.random.RandomState(1) | x.rand() | int(x.get_state()[2])
numpy.poly1d | x = np.poly1d([1, 2]) | x = np.poly1d([3]) | x.coeffs.tolist()
numpy.ufunc | x = np.add | x = np.subtract | x(1, 2)
numpy.vectorize | x = np.vectorize(lambda a: a + 1) | x = abs | [int(n) for n in x([1, 2])] if x is not abs else 0
numpy.nditer | x = np.nditer(np.arange(3)) | x = None | type(x).__name__
""",
    "pandas": """
pandas.DataFrame | import pandas as pd; x = pd.DataFrame({'a': [1, 2], 'b': ['x', None]}) | x.loc[0, 'a'] = 9 | x.to_dict('list')
pandas.DataFrame with attrs | x = pd.DataFrame({'a': [1]}); x.attrs['k'] = [1] | x.attrs['k'].append(2) | x.attrs
pandas.Series | x = pd.Series([1., 2.], index=['a', 'b'], name='s') | x['a'] = 5 | (x.to_dict(), x.name)
pandas.Series, nullable | x = pd.Series([1, None], dtype='Int64') | x[0] = 5 | (x.astype(str).tolist(), str(x.dtype))
pandas.Series of strings | x = pd.Series(['a', None], dtype='string') | x[0] = 'b' | x.astype(str).tolist()
pandas.Index | x = pd.Index(['a', 'b'], name='i') | x = x[:1] | (x.tolist(), x.name)
pandas.MultiIndex | x = pd.MultiIndex.from_product([[1, 2], ['a']]) | x = x[:1] | x.tolist()
pandas.RangeIndex | x = pd.RangeIndex(3) | x = pd.RangeIndex(4) | (x.start, x.stop)
pandas.DatetimeIndex | x = pd.date_range('2024-01-01', periods=2, freq='D', tz='UTC') | x = x[:1] | (x.astype(str).tolist(), x.freqstr)
pandas.PeriodIndex | x = pd.period_range('2024-01', periods=2, freq='M') | x = x[:1] | x.astype(str).tolist()
pandas.IntervalIndex | x = pd.interval_range(0, 2) | x = x[:1] | x.astype(str).tolist()
pandas.Categorical | x = pd.Categorical(['a', 'b'], ordered=True) | x = x.reverse_categories() if hasattr(x, 'reverse_categories') else x[:1] | (x.tolist(), x.ordered)
pandas.Timestamp | x = pd.Timestamp('2024-01-01', tz='UTC') | x += pd.Timedelta('1D') | str(x)
pandas.Timedelta | x = pd.Timedelta('1D') | x *= 2 | str(x)
pandas.Period | x = pd.Period('2024-01') | x += 1 | str(x)
pandas.NaT | x = pd.NaT | x = 1 | x is pd.NaT
pandas.NA | x = pd.NA | x = 1 | x is pd.NA
pandas.DateOffset | x = pd.DateOffset(months=1) | x = pd.DateOffset(months=2) | x.kwds
pandas DataFrameGroupBy | x = pd.DataFrame({'a': [1, 1, 2], 'b': [1, 2, 3]}).groupby('a') | x = x.head() | x.sum().to_dict()
pandas Rolling | x = pd.Series([1., 2., 3.]).rolling(2) | x = None | x.sum().tolist()[1:]
pandas sparse array | x = pd.arrays.SparseArray([0, 0, 1]) | x = x[:2] | x.to_dense().tolist()
""",
    "matplotlib": """
matplotlib.figure.Figure | import matplotlib; matplotlib.use('agg'); import matplotlib.pyplot as plt; x, _ax = plt.subplots(); _l = _ax.plot([1, 2]) | x.axes[0].set_title('t') | (x.axes[0].get_title(), len(x.axes[0].lines))
matplotlib.axes.Axes | x = plt.figure().add_subplot(); _l = x.plot([1, 2], label='a') | x.set_xlim(0, 9) | [float(v) for v in x.get_xlim()]
matplotlib.lines.Line2D | x = plt.figure().add_subplot().plot([1, 2])[0] | x.set_ydata([3, 4]) | [float(v) for v in x.get_ydata()]
matplotlib.image.AxesImage | x = plt.figure().add_subplot().imshow([[1, 2]]) | x.set_clim(0, 9) | [float(v) for v in x.get_clim()]
matplotlib.colors.ListedColormap | x = matplotlib.colors.ListedColormap(['r', 'g']) | x.set_bad('k') | (x.N, x.get_bad().tolist())
matplotlib.colors.Normalize | x = matplotlib.colors.Normalize(0, 1) | x.vmax = 2 | x.vmax
matplotlib.patches.Rectangle | x = matplotlib.patches.Rectangle((0, 0), 1, 2) | x.set_width(5) | x.get_width()
matplotlib.text.Text | x = matplotlib.text.Text(0, 0, 'a') | x.set_text('b') | x.get_text()
matplotlib.transforms.Affine2D | x = matplotlib.transforms.Affine2D().scale(2) | x.scale(3) | x.get_matrix().tolist()
matplotlib.RcParams | x = matplotlib.RcParams({'lines.linewidth': 2.0}) | x['lines.linewidth'] = 3.0 | dict(x)
""",
    "scipy": """
scipy.sparse.csr_matrix | import scipy.sparse, scipy.stats, scipy.interpolate, scipy.spatial, scipy.optimize; x = scipy.sparse.csr_matrix([[0, 1], [2, 0]]) | x[0, 1] = 5 | x.toarray().tolist()
scipy.sparse.coo_array | x = scipy.sparse.coo_array([[0, 1]]) | x.data[0] = 5 | x.toarray().tolist()
scipy.sparse.lil_matrix | x = scipy.sparse.lil_matrix((2, 2)); x[0, 0] = 1 | x[0, 0] = 5 | x.toarray().tolist()
scipy.stats frozen distribution | x = scipy.stats.norm(1, 2) | x = scipy.stats.norm(3) | float(x.mean())
scipy.stats.gaussian_kde | x = scipy.stats.gaussian_kde([1., 2., 4.]) | x.set_bandwidth(2.) | round(float(x(1.)[0]), 9)
scipy.interpolate.CubicSpline | x = scipy.interpolate.CubicSpline([0, 1, 2], [0, 1, 4]) | x = x.derivative() | float(x(1.5))
scipy.interpolate.interp1d | x = scipy.interpolate.interp1d([0, 1], [0, 2]) | x = None | float(x(.5))
scipy.spatial.cKDTree | x = scipy.spatial.cKDTree([[0, 0], [1, 1]]) | x = None | int(x.query([1, 1])[1])
scipy.spatial.Delaunay | x = scipy.spatial.Delaunay([[0, 0], [1, 0], [0, 1]]) | x = None | x.simplices.tolist()
scipy.spatial.transform.Rotation | from scipy.spatial.transform import Rotation; x = Rotation.from_quat([0, 0, 0, 1]) | x = Rotation.from_quat([1, 0, 0, 0]) | x.as_quat().tolist()
scipy.optimize.OptimizeResult | x = scipy.optimize.OptimizeResult(x=1) | x.x = 2 | x.x
""",
    "scikit-learn": """
sklearn LinearRegression | import sklearn.linear_model, sklearn.ensemble, sklearn.cluster, sklearn.preprocessing, sklearn.pipeline, sklearn.neighbors, sklearn.svm, sklearn.decomposition, sklearn.feature_extraction.text, sklearn.neural_network, sklearn.model_selection; X = np.arange(20.).reshape(10, 2) % 7; y = np.arange(10) % 2; x = sklearn.linear_model.LinearRegression().fit(X, y) | x.fit(X, 1 - y) | x.predict(X).round(6).tolist()
sklearn LogisticRegression | x = sklearn.linear_model.LogisticRegression().fit(X, y) | x.coef_ += 1 | x.predict_proba(X).round(6).tolist()
sklearn RandomForestClassifier | x = sklearn.ensemble.RandomForestClassifier(5, random_state=1).fit(X, y) | x.fit(X, 1 - y) | x.predict_proba(X).round(6).tolist()
sklearn GradientBoostingRegressor | x = sklearn.ensemble.GradientBoostingRegressor(n_estimators=3, random_state=1).fit(X, y) | x.fit(X, 1 - y) | x.predict(X).round(6).tolist()
sklearn HistGradientBoostingClassifier | x = sklearn.ensemble.HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=1).fit(X, y) | x.fit(X, 1 - y) | x.predict_proba(X).round(6).tolist()
sklearn SVC | x = sklearn.svm.SVC().fit(X, y) | x.fit(X, 1 - y) | x.decision_function(X).round(6).tolist()
sklearn KMeans | x = sklearn.cluster.KMeans(2, n_init=1, random_state=1).fit(X) | x.cluster_centers_ += 1 | x.cluster_centers_.round(6).tolist()
sklearn PCA | x = sklearn.decomposition.PCA(1).fit(X) | x.mean_ += 1 | x.transform(X).round(6).tolist()
sklearn StandardScaler | x = sklearn.preprocessing.StandardScaler().fit(X) | x.mean_ += 1 | x.transform(X).round(6).tolist()
sklearn OneHotEncoder | x = sklearn.preprocessing.OneHotEncoder().fit([['a'], ['b']]) | x.fit([['c']]) | x.categories_[0].tolist()
sklearn Pipeline | x = sklearn.pipeline.make_pipeline(sklearn.preprocessing.StandardScaler(), sklearn.linear_model.Ridge()).fit(X, y) | x.fit(X, 1 - y) | x.predict(X).round(6).tolist()
sklearn KNeighborsClassifier | x = sklearn.neighbors.KNeighborsClassifier(1).fit(X, y) | x.fit(X, 1 - y) | x.predict(X).tolist()
sklearn TfidfVectorizer | x = sklearn.feature_extraction.text.TfidfVectorizer().fit(['a cat', 'the dog']) | x.fit(['other']) | sorted(x.vocabulary_)
sklearn MLPClassifier | x = sklearn.neural_network.MLPClassifier((3,), max_iter=2, random_state=1).fit(X, y) | x.coefs_[0] += 1 | x.predict_proba(X).round(5).tolist()
sklearn GridSearchCV | x = sklearn.model_selection.GridSearchCV(sklearn.linear_model.Ridge(), {'alpha': [1, 2]}, cv=2).fit(X, y) | x.best_params_['alpha'] = 9 | x.best_params_
""",
    "Other libraries": """
networkx.Graph | import networkx; x = networkx.Graph([(1, 2)]) | x.add_edge(2, 3) | sorted(x.edges)
networkx.DiGraph | x = networkx.DiGraph([(1, 2)]); x.graph['k'] = 1 | x.graph['k'] = 2 | (x.graph, sorted(x.edges))
attrs class | import attr\\n@attr.define\\nclass Attrs:\\n  a: int\\nx = Attrs(1) | x.a = 2 | x.a
PIL.Image.Image | import PIL.Image; x = PIL.Image.new('L', (2, 2), 7) | x.putpixel((0, 0), 9) | list(x.tobytes())
dateutil relativedelta | import dateutil.relativedelta; x = dateutil.relativedelta.relativedelta(months=1) | x = x * 2 | x.months
dateutil rrule | import dateutil.rrule; x = dateutil.rrule.rrule(dateutil.rrule.DAILY, count=2, dtstart=datetime.datetime(2024, 1, 1)) | x = None | [str(d) for d in x]
pytz timezone | import pytz; x = pytz.timezone('Europe/Oslo') | x = pytz.utc | x.zone
traitlets HasTraits | import traitlets\\nclass Traits(traitlets.HasTraits): n = traitlets.Int(1)\\nx = Traits() | x.n = 2 | x.n
joblib.Memory | import joblib; x = joblib.Memory(None, verbose=0) | x.verbose = 1 | x.verbose
psutil.Process | import psutil; x = psutil.Process() | x = None | type(x).__name__
""",
}
