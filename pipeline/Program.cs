using CranePipeline;

return PipelineHost.Run(args);
