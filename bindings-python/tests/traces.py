"""A small trace."""

NODES = "sn,cpu_milli,memory_mib,gpu,model\n" + "".join(
    f"n{i},96000,786432,8,{model}\n" for i, model in enumerate(["V100", "V100", "A100", "A100"])
)
PODS = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n" + "".join(
    f"p{i},4000,16384,1,{share},{spec}\n" for i, (share, spec) in enumerate([(1000, ""), (500, ""), (300, "A100"), (700, "")])
)
