using System.Text.Json.Nodes;

namespace CranePipeline.Configuration;

/// <summary>What a training run is called: <c>train</c> stores it, and whatever comes after reads it there.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Model">The model's name, a file of <c>conf/models</c>.</param>
/// <param name="Title">What tables call the model.</param>
/// <param name="Preset">The preset.</param>
/// <param name="Overrides">Training settings that are not the preset's, by name.</param>
internal sealed record RunName(
    string Dataset,
    string Model,
    string Title,
    string Preset,
    IReadOnlyDictionary<string, string> Overrides
)
{
    /// <summary>The name of settings.</summary>
    /// <param name="settings">All of them.</param>
    /// <param name="title">The model's title.</param>
    /// <param name="own">The training settings of the layers below the data set's and the command line's.</param>
    /// <param name="options">The record of the model's own settings.</param>
    public static RunName Of(PipelineSettings settings, string title, SectionNode? own, Type? options)
    {
        var preset = own is null
            ? settings.Train
            : new SettingBinder(new ConfigurationErrors(), isWhole: false, options).Bind(typeof(TrainSettings), own)
                as TrainSettings
                ?? settings.Train;
        return new RunName(
            settings.Name,
            settings.Model,
            title,
            settings.Preset,
            Differences(Node(settings.Train), Node(preset))
        );
    }

    /// <summary>The settings of one flat section that another has not, or has otherwise.</summary>
    public static IReadOnlyDictionary<string, string> Differences(JsonObject own, JsonObject others)
    {
        var differences = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in own.Select(entry => entry.Key).Union(others.Select(entry => entry.Key)))
        {
            if (name != "seed" && !JsonNode.DeepEquals(own[name], others[name]))
            {
                differences[name] = own[name]?.ToJsonString().Trim('"') ?? "default";
            }
        }
        return differences;
    }

    private static JsonObject Node(TrainSettings train) => JsonNode.Parse(CanonicalJson.Of(train))!.AsObject();
}
