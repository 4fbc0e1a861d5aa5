using System.Globalization;

namespace CranePipeline.Progress;

/// <summary>Quantities as people read them, in the invariant culture.</summary>
internal static class Phrase
{
    /// <summary>"4.2 s", "3 min 05 s", "2 h 07 min".</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration.TotalSeconds < 59.95)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s");
        }
        var seconds = (long)Math.Round(duration.TotalSeconds, MidpointRounding.AwayFromZero);
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60:00} s")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h {seconds / 60 % 60:00} min");
    }

    /// <summary>Time left, without a precision it does not have: "12 s", "3 min", "2 h 07 min".</summary>
    public static string Left(TimeSpan duration)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(duration.TotalSeconds));
        return seconds switch
        {
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
            < 600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60:00} s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h {seconds / 60 % 60:00} min"),
        };
    }

    /// <summary>"1,234 rows", "3.4 GB".</summary>
    public static string Count(long count, string unit) =>
        unit == "bytes" ? Bytes(count) : string.Create(CultureInfo.InvariantCulture, $"{count:N0} {unit}");

    /// <summary>"1,234 of 5,000 rows (25 %)", "1.2 GB of 3.4 GB (35 %)"; without a total, the count alone.</summary>
    public static string Part(long done, long total, string unit)
    {
        if (total <= 0)
        {
            return Count(done, unit);
        }
        var finished = unit == "bytes" ? Bytes(done) : string.Create(CultureInfo.InvariantCulture, $"{done:N0}");
        var percent = (long)Math.Floor(100.0 * Math.Min(done, total) / total);
        return string.Create(CultureInfo.InvariantCulture, $"{finished} of {Count(total, unit)} ({percent} %)");
    }

    /// <summary>"310,000 rows/s", "2.5 epochs/s", "4.0 s an epoch" where a unit takes longer than a second.</summary>
    public static string Rate(double rate, string unit)
    {
        if (unit == "bytes")
        {
            return Bytes((long)rate) + "/s";
        }
        if (rate is > 0 and < 1)
        {
            var single = unit.EndsWith("ches", StringComparison.Ordinal) ? unit[..^2] : unit.TrimEnd('s');
            var article = "aeiou".Contains(single[0], StringComparison.Ordinal) ? "an" : "a";
            return $"{Duration(TimeSpan.FromSeconds(Math.Min(1 / rate, TimeSpan.FromDays(99).TotalSeconds)))} {article} {single}";
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(rate < 100 ? $"{rate:0.0}" : $"{Significant(rate):N0}")} {unit}/s"
        );
    }

    // Two or three leading digits: the rest of a rate is noise.
    private static double Significant(double rate)
    {
        var scale = Math.Pow(10, Math.Floor(Math.Log10(rate)) - 2);
        return Math.Round(rate / scale) * scale;
    }

    /// <summary>"3.4 GB".</summary>
    public static string Bytes(long bytes) =>
        bytes switch
        {
            < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0} kB"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        };
}
