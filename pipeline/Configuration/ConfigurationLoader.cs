using CranePipeline.Tables;

namespace CranePipeline.Configuration;

/// <summary>
/// Loads settings in layers, each over the one before: built-in defaults, <c>pipeline.yaml</c>, the model's file (its
/// <c>train</c> section, then <c>presets.&lt;preset&gt;.all</c>, then <c>presets.&lt;preset&gt;.&lt;family&gt;</c>), the data set's
/// file, the command line.
/// </summary>
internal static class ConfigurationLoader
{
    internal const string DefaultModel = "crane";

    /// <summary>The default model of a data set without modalities: CRANE has nothing to attend to there.</summary>
    internal const string ModelWithoutModalities = "lightgcn";

    /// <summary>Where the model comes from in that case.</summary>
    internal const string NoModalities = "the data set has no modalities";
    private const string DefaultPreset = "default";
    private const string Presets = "presets";
    private const string Train = "train";

    /// <summary>Loads, checks and binds. <typeparamref name="TRoot"/> has settings named model, preset, name, family and train.</summary>
    /// <exception cref="InputException">Something is wrong with the settings: one line an error, each with its file and line.</exception>
    public static LoadedConfiguration<TRoot> Load<TRoot>(ConfigurationRequest request)
        where TRoot : class
    {
        ArgumentNullException.ThrowIfNull(request);
        var folder = ConfigurationFolder.Find(request.Folder);
        var errors = new ConfigurationErrors();
        var layers = new List<SectionNode>();
        SettingBinder? checker = null;

        void Add(SectionNode layer)
        {
            checker!.Bind(typeof(TRoot), layer);
            layers.Add(layer);
        }

        var pipelineFile = Path.Combine(folder.Path, ConfigurationFolder.PipelineFile);
        var pipeline = File.Exists(pipelineFile)
            ? YamlSettings.ReadFile(pipelineFile, ConfigurationFolder.Display(pipelineFile), errors)
            : new SectionNode([], SettingOrigin.Default);
        var dataset = request.Dataset is null ? null : Dataset(folder, request.Dataset, errors);
        var commandLine = request.Overrides.Select(entry => entry.ToTree(errors)).ToList();

        // The data set and the command line may choose the model and the preset, so these are known before their layers are laid.
        var choice = Overlay([pipeline, .. dataset is null ? Array.Empty<SectionNode>() : [dataset.Tree], .. commandLine]);
        var named = Overlay([.. dataset is null ? Array.Empty<SectionNode>() : [dataset.Tree], .. commandLine]);
        var isWithout = named.Find("ingest") is not null && named.Find("modalities") is null && named.Find("model") is null;
        var model = isWithout ? ModelWithoutModalities : Choose(choice, "model", DefaultModel);
        var preset = Choose(choice, "preset", DefaultPreset);
        var family = dataset is null ? null : Choose(choice, "family", dataset.Name);

        var file = ModelFile.Read(folder, model, choice, errors);
        var options = SettingSchema.NeedsChoice(typeof(TRoot)) ? file.Options(errors).GetType() : null;
        checker = new SettingBinder(errors, isWhole: false, options);

        Add(Chosen(("model", model, SettingOrigin.Default), ("preset", preset, SettingOrigin.Default)));
        Add(pipeline);
        if (isWithout)
        {
            Add(Chosen(("model", model, new SettingOrigin(NoModalities, 0))));
        }
        foreach (var layer in Model<TRoot>(file, choice, preset, family, errors, checker, options))
        {
            Add(layer);
        }
        var own = Overlay(layers);
        if (dataset is not null)
        {
            Add(Chosen(("name", dataset.Name, new SettingOrigin("-Dataset", 0)), ("family", family!, SettingOrigin.Default)));
            Add(dataset.Tree);
        }
        commandLine.ForEach(Add);

        var tree = Overlay(layers);
        if (dataset is not null)
        {
            tree = tree with { Origin = dataset.Tree.Origin };
        }
        errors.ThrowIfAny();
        var settings = new SettingBinder(errors, isWhole: true, options).Bind(typeof(TRoot), tree);
        errors.ThrowIfAny();
        if (settings is PipelineSettings whole)
        {
            settings = whole with { Run = RunName.Of(whole, file.Title, own.Find(Train) as SectionNode, options) };
        }
        return new LoadedConfiguration<TRoot>(
            (TRoot)settings!,
            tree,
            [.. layers.Select(layer => layer.Origin.Source).Distinct()]
        );
    }

    private static DatasetLayer Dataset(ConfigurationFolder folder, string name, ConfigurationErrors errors)
    {
        var file = folder.DatasetFile(name);
        var tree = YamlSettings.ReadFile(file, ConfigurationFolder.Display(file), errors);
        var fileName = Path.GetFileNameWithoutExtension(file);
        CheckName(tree, file, errors);
        return new DatasetLayer(fileName, tree);
    }

    internal static void CheckName(SectionNode tree, string file, ConfigurationErrors errors)
    {
        var fileName = Path.GetFileNameWithoutExtension(file);
        if (tree.Find("name") is ScalarNode { IsEmpty: false } written && written.Text != fileName)
        {
            errors.Add(written.Origin, $"'name' is '{written.Text}', but the file is called {fileName}.yaml; make them the same");
        }
    }

    private static IEnumerable<SectionNode> Model<TRoot>(
        ModelFile file,
        SectionNode choice,
        string preset,
        string? family,
        ConfigurationErrors errors,
        SettingBinder checker,
        Type? options
    )
    {
        var (model, tree) = (file.Name, file.Tree);
        // The model's own name and title are for its readers; at the top level these are the data set's.
        yield return tree.Without(Presets, "name", "title", ModelFile.Base);
        if (tree.Find(Presets) is not SectionNode presets)
        {
            if (preset != DefaultPreset)
            {
                UnknownPreset(choice, preset, model, [], errors);
            }
            yield break;
        }
        // Every preset is checked, the ones not chosen too: a slip there would otherwise wait for the run that chooses it.
        var train = SettingSchema.Of(typeof(TRoot), options).Find(Train);
        foreach (var entry in presets.Entries)
        {
            if (entry.Value is not SectionNode families)
            {
                errors.Add(
                    entry.Value.Origin,
                    $"'{Presets}.{entry.Name}' must be a section with 'all' or data set families in it"
                );
                continue;
            }
            foreach (var member in families.Entries)
            {
                var path = $"{Presets}.{entry.Name}.{member.Name}";
                if (member.Value is SectionNode section)
                {
                    if (train is not null)
                    {
                        checker.Bind(train.Type, section, path + ".");
                    }
                }
                else if (member.Value is not ScalarNode { IsEmpty: true })
                {
                    errors.Add(member.Value.Origin, $"'{path}' must be a section of training settings");
                }
            }
        }
        var chosen = presets.Entries.FirstOrDefault(entry => entry.Name == preset);
        if (chosen is null && preset != DefaultPreset)
        {
            UnknownPreset(choice, preset, model, [.. presets.Entries.Select(entry => entry.Name)], errors);
        }
        foreach (var name in (string?[])["all", family])
        {
            if (name is not null && (chosen?.Value as SectionNode)?.Find(name) is SectionNode settings)
            {
                yield return new SectionNode([new SettingEntry(Train, settings.Origin, settings)], settings.Origin);
            }
        }
    }

    private static void UnknownPreset(
        SectionNode choice,
        string preset,
        string model,
        IReadOnlyList<string> known,
        ConfigurationErrors errors
    )
    {
        IReadOnlyList<string> all = known.Contains(DefaultPreset) ? known : [DefaultPreset, .. known];
        errors.Add(
            choice.Find("preset")?.Origin ?? SettingOrigin.Default,
            $"model '{model}' has no preset '{preset}'{NearestName.SuggestionOf(preset, all, "it has")}"
        );
    }

    private static string Choose(SectionNode choice, string name, string otherwise) =>
        choice.Find(name) is ScalarNode { IsEmpty: false, IsNull: false } scalar ? scalar.Text : otherwise;

    private static SectionNode Chosen(params (string Name, string Value, SettingOrigin Origin)[] settings) =>
        new(
            [
                .. settings.Select(setting => new SettingEntry(
                    setting.Name,
                    setting.Origin,
                    new ScalarNode(setting.Value, true, setting.Origin)
                )),
            ],
            SettingOrigin.Default
        );

    private static SectionNode Overlay(IReadOnlyList<SectionNode> layers) =>
        layers.Aggregate(new SectionNode([], SettingOrigin.Default), (lower, upper) => lower.OverlaidBy(upper));

    private sealed record DatasetLayer(string Name, SectionNode Tree);
}
