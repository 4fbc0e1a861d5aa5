namespace CranePipeline.Training;

/// <summary>Every model there is: one line each joins its name, its title, its options and its class.</summary>
public static class ModelCatalog
{
    /// <summary>In the order of their papers.</summary>
    public static IReadOnlyList<ModelEntry> All { get; } =
    [
        ModelEntry.Of<PopularityOptions>(
            "popularity",
            "Popularity",
            static (options, context) => new Popularity(options, context)
        ),
        ModelEntry.Of<ItemKnnOptions>("itemknn", "ItemKNN", static (options, context) => new ItemKnn(options, context)),
        ModelEntry.Of<BprOptions>("bpr", "BPR", static (options, context) => new Bpr(options, context)),
        ModelEntry.Of<VbprOptions>("vbpr", "VBPR", static (options, context) => new Vbpr(options, context)),
        ModelEntry.Of<NgcfOptions>("ngcf", "NGCF", static (options, context) => new Ngcf(options, context)),
        ModelEntry.Of<MmgcnOptions>("mmgcn", "MMGCN", static (options, context) => new Mmgcn(options, context)),
        ModelEntry.Of<LightGcnOptions>("lightgcn", "LightGCN", static (options, context) => new LightGcn(options, context)),
        ModelEntry.Of<UltraGcnOptions>("ultragcn", "UltraGCN", static (options, context) => new UltraGcn(options, context)),
        ModelEntry.Of<LatticeOptions>("lattice", "LATTICE", static (options, context) => new Lattice(options, context)),
        ModelEntry.Of<SlmrecOptions>("slmrec", "SLMRec", static (options, context) => new Slmrec(options, context)),
        ModelEntry.Of<FreedomOptions>("freedom", "FREEDOM", static (options, context) => new Freedom(options, context)),
        ModelEntry.Of<LgmRecOptions>("lgmrec", "LGMRec", static (options, context) => new LgmRec(options, context)),
        ModelEntry.Of<DgvaeOptions>("dgvae", "DGVAE", static (options, context) => new Dgvae(options, context)),
        ModelEntry.Of<LpicOptions>("lpic", "LPIC (after its abstract)", static (options, context) => new Lpic(options, context)),
        ModelEntry.Of<CraneOptions>("crane", "CRANE", static (options, context) => new Crane(options, context)),
    ];

    /// <summary>The model of that name, or null.</summary>
    public static ModelEntry? Find(string name) => All.FirstOrDefault(entry => entry.Name == name);

    /// <summary>The model whose options these are.</summary>
    public static ModelEntry Of(ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return All.First(entry => entry.Default.GetType() == options.GetType());
    }
}

/// <summary>A model of the catalogue.</summary>
public sealed class ModelEntry
{
    private readonly Func<ModelOptions, ModelContext, Recommender> create;

    private ModelEntry(string name, string title, ModelOptions options, Func<ModelOptions, ModelContext, Recommender> create) =>
        (Name, Title, Default, this.create) = (name, title, options, create);

    /// <summary>Its name on the command line, which is that of its file in <c>conf/models</c>.</summary>
    public string Name { get; }

    /// <summary>Its name in tables.</summary>
    public string Title { get; }

    /// <summary>Its options, every one at its default.</summary>
    public ModelOptions Default { get; }

    internal static ModelEntry Of<TOptions>(string name, string title, Func<TOptions, ModelContext, Recommender> create)
        where TOptions : ModelOptions, new() =>
        new(name, title, new TOptions(), (options, context) => create((TOptions)options, context));

    internal Recommender Create(ModelOptions options, ModelContext context) => create(options, context);
}
