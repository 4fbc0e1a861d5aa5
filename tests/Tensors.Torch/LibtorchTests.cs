using NUnit.Framework;

namespace CranePipeline.Tensors.Torch.Tests;

/// <summary>What a user is told where libtorch cannot be loaded; these run anywhere.</summary>
internal sealed class LibtorchTests
{
    private const string Head = "Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n";

    [TestCase("/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /x/libLibTorchSharp.so)", "GLIBCXX_3.4.32")]
    [TestCase("/lib/libc.so.6: version `GLIBC_2.38' not found (required by /x/libLibTorchSharp.so)", "GLIBC_2.38")]
    public void An_older_runtime_is_named_with_what_provides_a_newer_one(string line, string version)
    {
        string told = Libtorch.Explain(
            "torch-cpu",
            Head + line + "\n/x/LibTorchSharp: cannot open shared object file: No such file or directory"
        );

        Assert.That(told, Does.Contain(version).And.Contain("GCC 13.2").And.Contain("Debian 13").And.Contain("-Device cpu"));
        Assert.That(told, Does.Not.Contain("\n").And.Not.EndWith("."));
    }

    [TestCase("cuda", "-p:Torch=cuda-linux")]
    [TestCase("torch-cpu", "-p:Torch=cpu")]
    public void A_build_without_libtorch_is_told_with_the_build_that_has_it(string device, string remedy)
    {
        string told = Libtorch.Explain(device, Head + "LibTorchSharp: cannot open shared object file: No such file or directory");

        Assert.That(told, Does.StartWith("this build is without libtorch").And.Contain(remedy).And.Contain($"-Device {device}"));
    }

    [Test]
    [Platform("Linux")]
    public void A_library_that_is_there_and_does_not_load_is_told_in_the_loaders_words()
    {
        string told = Libtorch.Explain("torch-cpu", Head + "/x/libtorch_cpu.so: file too short");

        Assert.That(told, Does.StartWith("libtorch cannot be loaded: /x/libtorch_cpu.so: file too short"));
    }

    [TestCase("linux-musl-x64", "musl")]
    [TestCase("linux-arm64", "linux-x64, osx-arm64, win-arm64, win-x64")]
    public void A_platform_without_native_library_is_told(string platform, string part) =>
        Assert.That(Libtorch.Unsupported(platform), Does.Contain(platform).And.Contain(part).And.Contain("-Device cpu"));
}
