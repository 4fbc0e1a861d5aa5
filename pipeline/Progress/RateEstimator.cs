namespace CranePipeline.Progress;

/// <summary>
/// Units a second over the last few seconds, or the last few reports where these are further apart, so that neither a slow start nor a
/// pause long ago spoils the estimate of the time left.
/// </summary>
internal sealed class RateEstimator(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(250);

    // The last one and four stretches before it: epochs that are validated take turns with others that are not.
    private const int FewestSamples = 5;
    private readonly Queue<(long Time, long Done)> _samples = new();
    private (long Time, long Done) _last;
    private long _lastSample;

    /// <summary>Units a second, or 0 while there is too little to tell from.</summary>
    public double Rate
    {
        get
        {
            if (_samples.Count == 0)
            {
                return 0;
            }
            var (start, done) = _samples.Peek();
            var seconds = time.GetElapsedTime(start, _last.Time).TotalSeconds;
            return seconds > 0 ? (_last.Done - done) / seconds : 0;
        }
    }

    /// <summary>Notes that so many units are finished now.</summary>
    public void Add(long done)
    {
        var now = time.GetTimestamp();
        if (_samples.Count > 0 && done < _last.Done)
        {
            // Another piece of work under the same name.
            _samples.Clear();
        }
        if (_samples.Count == 0 || time.GetElapsedTime(_lastSample, now) >= Spacing)
        {
            _samples.Enqueue((now, done));
            _lastSample = now;
        }
        _last = (now, done);
        while (_samples.Count > FewestSamples && time.GetElapsedTime(_samples.Peek().Time, now) > Window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>The time the rest takes at this rate, or null where that cannot be told.</summary>
    public TimeSpan? Left(long total)
    {
        var rate = Rate;
        if (rate <= 0 || total <= _last.Done)
        {
            return null;
        }
        var seconds = (total - _last.Done) / rate;
        return seconds < TimeSpan.FromDays(99).TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
