"""An orchestrator inside an asyncio program: deploys a stack of caches, tells what happens, and cleans up."""

import asyncio

import miaas


async def tell(orchestrator: miaas.AsyncOrchestrator) -> None:
    async for event in orchestrator.watch():
        print(f"{event.severity:<8}{event.subject}: {event.message}")


async def main() -> None:
    nodes = [miaas.Node(f"node-{i}", cpu_milli=8_000, mem_mib=32_768, disk_mib=500_000) for i in range(3)]
    async with miaas.AsyncOrchestrator(nodes=nodes, strategy="spread") as orchestrator:
        telling = asyncio.create_task(tell(orchestrator))
        names = ["sessions", "pages"]
        for name in names:
            await orchestrator.deploy("redis", name, replicas=2)
        for ready in await asyncio.gather(*(orchestrator.wait(name) for name in names)):
            assert ready
            print(f"{ready.name} is {ready.status} on {', '.join(sorted(w.node for w in ready.workloads))}")
        telling.cancel()


if __name__ == "__main__":
    asyncio.run(main())
