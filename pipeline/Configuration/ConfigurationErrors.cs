using CranePipeline.Tables;

namespace CranePipeline.Configuration;

/// <summary>
/// Everything wrong with the settings of a run, gathered before any of it is reported: someone with three mistakes corrects
/// three, not one at a time.
/// </summary>
internal sealed class ConfigurationErrors
{
    private const int Shown = 20;
    private readonly List<string> _lines = [];

    /// <summary>Whether anything was wrong.</summary>
    public bool Any => _lines.Count > 0;

    /// <summary>The errors so far, in the order found.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Adds one error; the same one twice counts once.</summary>
    public void Add(SettingOrigin origin, string message)
    {
        var line = $"{origin}: {message}";
        if (!_lines.Contains(line))
        {
            _lines.Add(line);
        }
    }

    /// <summary>Throws one <see cref="InputException"/> with an error a line where there are any.</summary>
    public void ThrowIfAny()
    {
        if (_lines.Count == 0)
        {
            return;
        }
        var shown = _lines.Take(Shown).ToList();
        if (_lines.Count > Shown)
        {
            shown.Add($"(and {_lines.Count - Shown} more errors in the settings)");
        }
        throw new InputException(string.Join('\n', shown));
    }
}
