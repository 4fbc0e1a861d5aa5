using System.Globalization;
using CranePipeline.Tensors;
using CranePipeline.Training;

namespace CranePipeline.Benchmarks;

/// <summary>
/// A plain command for the cost of an epoch at a multiple of Amazon Baby's size: a few steps are timed, by wall clock and by
/// processor time, and the least of each kind of step is multiplied by how often an epoch has it. Processor time hardly depends on
/// what else the machine does.
/// </summary>
internal static class TrainingCost
{
    /// <summary>The command's name.</summary>
    public const string Name = "training-cost";

    // Amazon Baby's users, items and interactions.
    private static readonly int[] Baby = [19_445, 7_050, 160_792];

    /// <summary>
    /// Measures and prints. <c>training-cost MODEL [times=1] [batch=auto] [content=1] [visual=512] [half=false] [steps=16]</c>, where
    /// times may be <c>electronics</c>.
    /// </summary>
    public static void Run(string[] arguments)
    {
        Dictionary<string, string> given = arguments.Skip(1).ToDictionary(a => a.Split('=')[0], a => a.Split('=')[1]);
        string Text(string name, string otherwise) => given.GetValueOrDefault(name, otherwise);
        int Number(string name, int otherwise) => int.Parse(Text(name, $"{otherwise}"), CultureInfo.InvariantCulture);
        int[] size =
            Text("times", "1") == "electronics"
                ? [192_403, 63_001, 1_689_188]
                : [.. Baby.Select(count => (int)(count * double.Parse(Text("times", "1"), CultureInfo.InvariantCulture)))];
        bool isCrane = arguments[0] == "crane";
        int content = Number("content", 1);
        ModelOptions model = isCrane
            ? new CraneOptions
            {
                Rounds = 3,
                RebuildEvery = 0,
                InitialNeighbours = InitialNeighbours.Features,
                ContentEvery = content,
                FeaturePrecision = Text("half", "false") == "true" ? FeaturePrecision.Float16 : FeaturePrecision.Float32,
            }
            : ModelCatalog.Find(arguments[0])!.Default;
        int[] widths = isCrane ? [Number("visual", 512), 384] : [];
        TrainingInput input = TrainingShape.Make(size[0], size[1], size[2], widths);
        int batch = Text("batch", "auto") == "auto" ? AutoSchedule.BatchSize(input.TrainUsers.Length) : Number("batch", 1024);

        using var engine = new CpuEngine();
        var graph = new InteractionGraph(input.UserCount, input.ItemCount, input.TrainUsers, input.TrainItems);
        using Recommender recommender = ModelCatalog
            .Of(model)
            .Create(model, new ModelContext(engine, graph, input.Modalities, Seed: 9));
        using IOptimizer optimizer = engine.Adam(recommender.Parameters.Groups(1e-3));
        var pairs = new NegativeSampler(graph, input.TrainUsers, input.TrainItems, BatchSampling.Interactions, seed: 9);
        Timing begin = Timing.Of(() =>
        {
            pairs.Draw(0);
            recommender.BeginEpoch(0);
        });
        var due = new List<Timing>();
        var other = new List<Timing>();
        for (int step = 1; step <= Number("steps", 16); step++)
        {
            int start = (int)((step - 1L) * batch % Math.Max(1, pairs.Count - batch));
            bool isDue = (step - 1) % content == 0;
            (isDue ? due : other).Add(
                Timing.Of(() => Step(engine, graph, recommender, pairs, optimizer, start, Math.Min(batch, pairs.Count), step))
            );
        }

        int steps = (pairs.Count + batch - 1) / batch;
        int contentSteps = (steps + content - 1) / content;

        // The first step of a kind compiles, and takes its memory from the system.
        double Epoch(Func<Timing, double> of) =>
            of(begin)
            + (contentSteps * due.Skip(1).Min(of))
            + (other.Count == 0 ? 0 : (steps - contentSteps) * other.Skip(1).Min(of));
        Print(
            $"{arguments[0]}: {size[0]:N0} users, {size[1]:N0} items, {size[2]:N0} interactions, features {string.Join(" + ", widths)}"
        );
        Print($"batch {batch:N0}, {steps} steps an epoch, {contentSteps} of them with content; {engine.Threads} threads");
        Print($"epoch {Epoch(time => time.Wall):F2} s by the clock, {Epoch(time => time.Processor):F2} s of processor time");
        var validator = new Validator(engine, graph, input);
        Timing validation = Timing.Of(() => validator.Measure(recommender.ToScorer()));
        Print($"validation {validation.Wall:F1} s by the clock, {validation.Processor:F1} s of processor time");
        Print($"peak memory of the process {PeakMemory.Megabytes:F0} MB, of the engine {engine.PeakBytes / 1e6:F0} MB");
    }

    private static void Step(
        CpuEngine engine,
        InteractionGraph graph,
        Recommender model,
        NegativeSampler pairs,
        IOptimizer optimizer,
        int start,
        int count,
        int step
    )
    {
        using (var batch = new Batch(engine, graph, pairs, start, count, epoch: 0, step))
        using (engine.BeginStep(gradients: true))
        {
            Losses losses = model.Loss(batch);
            engine.Read(losses.Total);
            engine.Backward(losses.Total);
        }

        optimizer.Step();
    }

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
