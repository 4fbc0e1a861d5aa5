using CranePipeline.Configuration;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

/// <summary>What the pipeline's own settings are held to.</summary>
public sealed class PipelineSettingsTests
{
    [TestCase("seeds=[9, 672, 9]", "-Set seeds: 'seeds' has 9 more than once; give each seed once")]
    [TestCase("seeds=[9, -5]", "-Set seeds: 'seeds' is -5, but must be at least 0")]
    public void Seeds_are_distinct_and_not_negative(string setting, string message) =>
        Assert.That(
            () =>
                ConfigurationLoader.Load<PipelineSettings>(
                    new ConfigurationRequest
                    {
                        Folder = Path.Combine(Repository.Root, "conf"),
                        Dataset = "sample",
                        Overrides = [SettingOverride.Parse(setting)],
                    }
                ),
            Throws.InstanceOf<InputException>().With.Message.EqualTo(message)
        );
}
