import '@xyflow/react/dist/base.css';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react';
import { Background, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react';
import { useMemo, useRef } from 'react';
import { map as text } from '../../text/map';
import type { FleetView } from './fleet-view';
import { graphOf } from './graph';
import { MachineBox } from './MachineBox';
import classes from './Map.module.css';
import { NowhereBox } from './NowhereBox';
import { WorkloadChip } from './WorkloadChip';

/** Below this the words of single workloads are too small to read. */
const FAR_BELOW = 0.5;

const TYPES = { machine: MachineBox, workload: WorkloadChip, nowhere: NowhereBox };
const FIT = { padding: 0.08, maxZoom: 1 };

interface FleetMapProps {
  view: FleetView;
  search: string;
}

export function FleetMap(props: FleetMapProps) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ view, search }: FleetMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const far = useStore(({ transform: [, , zoom] }) => zoom < FAR_BELOW);
  const { nodes, edges } = useMemo(() => graphOf(view, far, search), [view, far, search]);
  return (
    <div className={classes.frame} ref={frame} role="group" aria-label={text.label}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        onMove={(_, { zoom }) => frame.current?.style.setProperty('--unzoom', String(1 / zoom))}
        minZoom={0.03}
        maxZoom={1.5}
        fitView
        fitViewOptions={FIT}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        // What can be opened inside is a link of its own.
        nodesFocusable={false}
        elementsSelectable={false}
        proOptions={{ hideAttribution: true }}
      >
        <Background color="var(--mantine-color-default-border)" gap={28} />
      </ReactFlow>
      <ZoomButtons />
    </div>
  );
}

function ZoomButtons() {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  const buttons = [
    { label: text.zoomIn, icon: IconPlus, run: () => zoomIn() },
    { label: text.zoomOut, icon: IconMinus, run: () => zoomOut() },
    { label: text.fit, icon: IconMaximize, run: () => fitView(FIT) },
  ];
  return (
    <div className={classes.zoom}>
      {buttons.map(({ label, icon: Icon, run }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon aria-label={label} onClick={() => void run()}>
            <Icon size={17} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}
