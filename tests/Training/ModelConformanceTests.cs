namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class CraneConformance() : ModelConformance("crane");

[TestFixture]
public sealed class LightGcnConformance() : ModelConformance("lightgcn");

[TestFixture]
public sealed class PopularityConformance() : ModelConformance("popularity");

[TestFixture]
public sealed class ItemKnnConformance() : ModelConformance("itemknn");

[TestFixture]
public sealed class BprConformance() : ModelConformance("bpr");

[TestFixture]
public sealed class VbprConformance() : ModelConformance("vbpr");

[TestFixture]
public sealed class LatticeConformance() : ModelConformance("lattice");

[TestFixture]
public sealed class FreedomConformance() : ModelConformance("freedom");

[TestFixture]
public sealed class LgmRecConformance() : ModelConformance("lgmrec");

[TestFixture]
public sealed class NgcfConformance() : ModelConformance("ngcf");

[TestFixture]
public sealed class MmgcnConformance() : ModelConformance("mmgcn");

[TestFixture]
public sealed class UltraGcnConformance() : ModelConformance("ultragcn");

[TestFixture]
public sealed class SlmrecConformance() : ModelConformance("slmrec");

[TestFixture]
public sealed class DgvaeConformance() : ModelConformance("dgvae")
{
    // Batches are of users, of whom there are fewer than interactions.
    protected override TrainerOptions Thorough => base.Thorough with { BatchSize = 32 };
}

[TestFixture]
public sealed class LpicConformance() : ModelConformance("lpic");

[TestFixture]
public sealed class ModelCatalogTests
{
    [Test]
    public void Every_model_has_its_conformance_tests()
    {
        string[] tested =
        [
            .. typeof(ModelConformance)
                .Assembly.GetTypes()
                .Where(static type => type.IsSubclassOf(typeof(ModelConformance)))
                .Select(static type => type.Name),
        ];
        Assert.That(
            ModelCatalog.All.Select(static entry => $"{entry.Name}conformance"),
            Is.EquivalentTo(tested.Select(static type => type.ToLowerInvariant()))
        );
    }

    [Test]
    public void Names_and_options_are_each_models_own() =>
        Assert.Multiple(() =>
        {
            Assert.That(ModelCatalog.All.Select(static entry => entry.Name), Is.Unique);
            Assert.That(ModelCatalog.All.Select(static entry => entry.Title), Is.Unique);
            Assert.That(ModelCatalog.All.Select(static entry => entry.Default.GetType()), Is.Unique);
        });
}
