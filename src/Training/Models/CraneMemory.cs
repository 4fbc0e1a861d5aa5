namespace CranePipeline.Training;

/// <summary>The buffers of a step of CRANE.</summary>
internal static class CraneMemory
{
    public static void Plan(CraneOptions options, MemoryPlan plan)
    {
        long d = options.EmbeddingSize;
        (long users, long items, long entities) = (plan.Users, plan.Items, plan.Entities);
        long modalities = plan.Widths.Count;
        long joined = modalities * d;
        long width = plan.Widths.Sum(static w => (long)w);
        bool learned = options.ItemGraph == ItemGraph.Learned && options.NeighbourWeights == NeighbourWeights.Similarity;
        bool attends = learned && options.Fusion == Fusion.Attention;
        long branches = options.DualFusion == DualFusion.Late ? 2 : 1;
        long wide = d * options.Members;
        long ids = branches * entities * wide;
        long content = learned ? width * d : 0;
        long rounds = attends
            ? (options.ShareRounds ? 1 : options.Rounds) * (((modalities * d) + 1 + (2 * modalities * d)) * d)
            : 0;
        plan.AddParameters(
            ids + content + rounds + (options.TrainFeatures ? items * width : 0),
            Math.Max(ids / branches, content)
        );
        if (learned && !options.TrainFeatures)
        {
            plan.AddFeatures(options.FeaturePrecision == FeaturePrecision.Float16 ? 2 : 4);
        }

        plan.AddGraphs(1 + (options.EdgeDropout > 0 ? 1 : 0) + (modalities > 0 ? 1 : 0) + (learned ? 1 : 0));
        plan.Add("neighbours and their mask", modalities > 0 ? 3 * items * options.Neighbours : 0);
        plan.AddPropagation(wide, options.PropagationLayers, branches);
        long attendedRows = attends && options.Correlation == Correlation.Entity ? entities : items;
        plan.Add("projected features, forward", learned ? items * joined : 0);
        plan.Add("user profiles, forward", learned ? 3 * users * joined : 0);
        plan.Add("attention and unit rows, forward", learned ? 6 * attendedRows * joined : 0);
        if (attends && options.Correlation == Correlation.Entity)
        {
            plan.Add("attention rounds, forward", options.Rounds * ((4 * modalities) + 1) * entities * d);
        }

        // The item graph's sums and, where they are due, its weights and the features' projections: forward and back.
        plan.AddSparseWork(modalities > 0 ? 3 * options.ItemGraphLayers * items * options.Neighbours * wide : 0);
        if (learned)
        {
            plan.AddSparseWork(3 * items * options.Neighbours * joined / options.ContentEvery);
            plan.AddWork(2 * items * width * d / options.ContentEvery);
        }

        long semantic = modalities > 0 ? options.ItemGraphLayers * items * options.Neighbours * wide : 0;
        plan.Add("neighbours' rows, forward", (learned ? items * options.Neighbours * joined : 0) + semantic);
        plan.Add("final embeddings, forward", modalities > 0 ? 4 * entities * wide : 0);
        long batch = plan.BatchSize;
        plan.Add("losses of a batch", (24 * batch * wide) + (options.ContrastiveWeight > 0 ? 6 * batch * batch : 0));
        plan.Add("gradients on the way back", (4 * entities * wide) + (learned ? items * (options.Neighbours + 3) * joined : 0));
    }
}
