using CranePipeline.Tables;

namespace CranePipeline.Progress;

/// <summary>What is known of the stage that is running: since when, and what its last reports said.</summary>
internal sealed class StageProgress(string stage, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private RateEstimator _rate = new(time);

    /// <summary>The stage's name.</summary>
    public string Stage { get; } = stage;

    /// <summary>The last report.</summary>
    public WorkProgress Last { get; private set; }

    /// <summary>Time since the stage began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>Takes in a report; true where it is the first of another activity.</summary>
    public bool Add(WorkProgress report)
    {
        var isNew = report.Activity != Last.Activity || report.Unit != Last.Unit;
        if (isNew)
        {
            _rate = new RateEstimator(time);
        }
        Last = report;
        _rate.Add(report.Done);
        return isNew;
    }

    /// <summary>"1,234 of 5,000 rows (25 %), 310,000 rows/s, 12 s left".</summary>
    public string Describe()
    {
        var text = Phrase.Part(Last.Done, Last.Total, Last.Unit);
        if (_rate.Rate > 0)
        {
            text += ", " + Phrase.Rate(_rate.Rate, Last.Unit);
        }
        return Last.Total > 0 && _rate.Left(Last.Total) is { } left ? $"{text}, {Phrase.Left(left)} left" : text;
    }

    /// <summary>"built in 14.2 s", "fresh", with the detail behind it.</summary>
    public static string Ending(StageState state, TimeSpan? elapsed, string? detail)
    {
        var text = state switch
        {
            StageState.Fresh => "fresh",
            StageState.Failed => "failed",
            _ => "built",
        };
        if (state != StageState.Fresh && elapsed is { } duration)
        {
            text += $" {(state == StageState.Failed ? "after" : "in")} {Phrase.Duration(duration)}";
        }
        return string.IsNullOrEmpty(detail) ? text : $"{text}: {detail}";
    }
}
