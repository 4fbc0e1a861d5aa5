using System.Text.Json.Nodes;
using CranePipeline.Configuration;

namespace CranePipeline.Stages;

/// <summary>
/// What a table calls runs: a sweep's label; or the model's title with the preset and the settings that set the run apart from the model's
/// reference, which is the current settings or the first other run of the model.
/// </summary>
internal sealed class RunLabels
{
    private static readonly string[] Sections = ["options", "trainer"];

    private readonly SweepNames sweeps;
    private readonly Dictionary<string, RunName> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonNode> references = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);

    /// <summary>Names runs by their stored names.</summary>
    /// <param name="sweeps">The labels of sweeps.</param>
    /// <param name="subject">The current training settings.</param>
    /// <param name="subjectName">Their name.</param>
    /// <param name="runs">Training settings and stored name of every run.</param>
    public RunLabels(SweepNames sweeps, JsonNode subject, RunName subjectName, IReadOnlyList<(JsonNode Model, RunName Name)> runs)
    {
        this.sweeps = sweeps;
        names[subject.ToJsonString()] = subjectName;
        foreach ((JsonNode model, RunName name) in runs)
        {
            names.TryAdd(model.ToJsonString(), name);
        }

        // What a sweep calls by the model's own name is what others are told apart from; its variants are not.
        references[subjectName.Title] = subject;
        foreach (
            JsonNode model in runs.Select(run => run.Model)
                .Where(model => sweeps.LabelOf(model) is not { } label || label == TitleOf(model))
                .OrderByDescending(model => sweeps.LabelOf(model) is not null)
        )
        {
            references.TryAdd(TitleOf(model), model);
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonNode model in references.Values.Concat(runs.Select(run => run.Model)))
        {
            string key = model.ToJsonString();
            if (!labels.ContainsKey(key))
            {
                string label = sweeps.LabelOf(model) ?? LabelOf(model, Reference(model));
                // Two runs of one name and other settings, because a settings file has changed between them.
                labels[key] = taken.Add(label) ? label : Join(label, SettingsApart(model, Reference(model)));
            }
        }
    }

    /// <summary>The label of training settings.</summary>
    public string Of(JsonNode model) => labels[model.ToJsonString()];

    /// <summary>Whether these are a variant of a model rather than the model itself.</summary>
    public bool IsVariant(JsonNode model) =>
        sweeps.LabelOf(model) is { } label ? label != TitleOf(model) : !JsonNode.DeepEquals(model, Reference(model));

    private string TitleOf(JsonNode model) => names[model.ToJsonString()].Title;

    private JsonNode Reference(JsonNode model) => references.GetValueOrDefault(TitleOf(model), model);

    private string LabelOf(JsonNode model, JsonNode reference)
    {
        RunName own = names[model.ToJsonString()];
        RunName others = names[reference.ToJsonString()];
        IEnumerable<KeyValuePair<string, string>> apart = own
            .Overrides.Except(others.Overrides)
            .Concat(
                others
                    .Overrides.Where(setting => !own.Overrides.ContainsKey(setting.Key))
                    .Select(setting => KeyValuePair.Create(setting.Key, "default"))
            )
            .OrderBy(setting => setting.Key, StringComparer.Ordinal);
        return Join(own.Preset == others.Preset ? own.Title : $"{own.Title}, preset {own.Preset}", apart);
    }

    private static IEnumerable<KeyValuePair<string, string>> SettingsApart(JsonNode model, JsonNode reference) =>
        Sections
            .SelectMany(section => RunName.Differences(model[section]!.AsObject(), reference[section]!.AsObject()))
            .Concat(RunName.Differences(BesidesSections(model), BesidesSections(reference)));

    // What an earlier version meant by "auto".
    private static JsonObject BesidesSections(JsonNode model) =>
        new(
            model
                .AsObject()
                .Where(member => member.Value is JsonValue)
                .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
        );

    private static string Join(string label, IEnumerable<KeyValuePair<string, string>> settings) =>
        string.Join(", ", settings.Select(setting => $"{setting.Key} {setting.Value}").Prepend(label));
}
