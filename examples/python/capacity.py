"""How many more nodes does a fleet need for what is planned? Decided over plain data, without any server."""

import miaas

cards = [miaas.Gpu("A100", 40_960)] * 8
cluster = miaas.Cluster(
    [miaas.Node(f"gpu-{i}", cpu_milli=96_000, mem_mib=786_432, gpus=cards) for i in range(4)]
)
today = [miaas.Demand(f"serve-{i}", cpu_milli=8_000, mem_mib=65_536, gpu=miaas.GpuRequest(2)) for i in range(12)]
cluster.commit(miaas.place(cluster, today).raise_for_refused())

planned = [miaas.Demand(f"train-{i}", cpu_milli=32_000, mem_mib=262_144, gpu=miaas.GpuRequest(8)) for i in range(3)]
refused = miaas.place(cluster, planned).refused
print(f"now {len(refused)} of {len(planned)} find no place: {refused[0]}")

for count in range(1, 10):
    diff = miaas.what_if(cluster, miaas.AddNodes("gpu-0", count), waiting=planned)
    if len(diff.placed) == len(planned):
        print(f"{count} more nodes are enough; {diff.after.free_gpu_mib // 1024} GiB of GPU memory are left then")
        break
