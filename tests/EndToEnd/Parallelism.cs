// A test's program starts, builds and waits on one processor for much of its time; fixtures have folders of their own.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
