"""Exact top-100 by cosine with NumPy: python3 features_exact.py VECTORS.f32 ITEMS WIDTH"""
import resource, sys, time
import numpy as np

path, items, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
x = np.fromfile(path, dtype="<f4").reshape(items, width)
wall, cpu = time.perf_counter(), time.process_time()
y = x / np.linalg.norm(x, axis=1, keepdims=True)
s = y @ y.T
np.fill_diagonal(s, -np.inf)
i = np.argpartition(-s, 100, axis=1)[:, :100]
v = np.take_along_axis(s, i, 1)
i = np.take_along_axis(i, np.argsort(-v, axis=1), 1)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"numpy {np.__version__}: {time.perf_counter() - wall:.1f} s wall, {time.process_time() - cpu:.1f} s CPU, peak {peak:.0f} MB")
np.sort(i, axis=1).astype("<i4").tofile(path + ".numpy")
