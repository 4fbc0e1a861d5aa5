using System.Text.Json;
using System.Text.Json.Nodes;
using CranePipeline.Configuration;
using CranePipeline.Features;
using CranePipeline.Training;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

/// <summary>
/// Which settings, with which defaults, the keys of artifacts are made from. A change of it makes every artifact of a stage stale, in every
/// store there is: a setting that a version brings carries <see cref="System.ComponentModel.DefaultValueAttribute"/> with what was before
/// it (<see cref="CanonicalJson.ForKeys"/>), and then nothing changes here.
/// </summary>
public sealed class KeyedSettingsTests
{
    [Test]
    public void What_keys_are_made_from_is_as_it_was()
    {
        var settings = new PipelineSettings();
        var all = new JsonObject
        {
            ["ingest"] = CanonicalJson.NodeForKeys(settings.Ingest),
            ["split"] = CanonicalJson.NodeForKeys(settings.Split),
            ["modality"] = CanonicalJson.NodeForKeys(new ModalityOptions()),
            ["candidates"] = CanonicalJson.NodeForKeys(settings.Candidates),
            ["evaluate"] = CanonicalJson.NodeForKeys(settings.Evaluate),
            ["trainer"] = CanonicalJson.NodeForKeys(new TrainerOptions()),
        };
        foreach (ModelEntry model in ModelCatalog.All)
        {
            all[model.Name] = CanonicalJson.NodeForKeys(model.Default);
        }

        string text = all.ToJsonString(new JsonSerializerOptions { WriteIndented = true, IndentSize = 2 }) + "\n";
        string actual = Path.Combine(TestContext.CurrentContext.WorkDirectory, "KeyedSettings.json");
        File.WriteAllText(actual, text.ReplaceLineEndings("\n"));
        string pinned = Path.Combine(Repository.Root, "tests", "Pipeline", "Configuration", "KeyedSettings.json");
        Assert.That(
            File.ReadAllLines(actual),
            Is.EqualTo(File.Exists(pinned) ? File.ReadAllLines(pinned) : []),
            $"artifacts of earlier versions would be made again; if that is meant, copy {actual} over {pinned}"
        );
    }
}
