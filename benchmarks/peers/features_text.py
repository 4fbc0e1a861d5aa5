"""HashingVectorizer and TruncatedSVD(384) with scikit-learn: python3 features_text.py LINES.txt"""
import resource, sys, time
import sklearn
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import HashingVectorizer

with open(sys.argv[1], encoding="utf-8") as file:
    lines = file.read().split("\n")[:-1]


def say(what):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"scikit-learn {sklearn.__version__} {what}: {time.perf_counter() - wall:.1f} s wall, "
          f"{time.process_time() - cpu:.1f} s CPU, peak {peak:.0f} MB", flush=True)


wall, cpu = time.perf_counter(), time.process_time()
x = HashingVectorizer(n_features=2**18, ngram_range=(1, 2)).transform(lines)
say(f"HashingVectorizer of {len(lines)} texts")
svd = TruncatedSVD(384, random_state=1)
rows = svd.fit_transform(x)
say("and TruncatedSVD(384)")
# Both sides' measure: the squares kept of all squares, without removing a mean.
print(f"share of squares kept: {(rows ** 2).sum() / x.multiply(x).sum():.4f}")
