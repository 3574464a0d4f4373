import '@xyflow/react/dist/base.css';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react';
import { Background, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react';
import { type MouseEvent, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { map as text } from '../../text/map';
import { NODE_LOOKS } from '../../ui/states';
import { type Spot, fieldOf, spotAt } from './far-field';
import { FarField } from './FarField';
import type { FleetView } from './fleet-view';
import { graphOf, isPainted, placesOf } from './graph';
import { boundsOf } from './layout';
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
  const flow = useReactFlow();
  const navigate = useNavigate();
  const painted = isPainted(view);
  const [fitted, setFitted] = useState(!painted);
  const [over, setOver] = useState<Spot>();
  const near = useStore(({ transform: [, , zoom] }) => zoom >= FAR_BELOW);
  const far = !near || !fitted;
  const places = useMemo(() => placesOf(view), [view]);
  const { nodes, edges } = useMemo(() => graphOf(view, places, far, search), [view, places, far, search]);
  const field = useMemo(
    () => (painted && far ? fieldOf(view, places, search) : undefined),
    [view, places, painted, far, search],
  );
  const fit = async () => {
    await (painted ? flow.fitBounds(boundsOf(places), { padding: FIT.padding }) : flow.fitView(FIT));
    setFitted(true);
  };
  const at = ({ clientX: x, clientY: y }: { clientX: number; clientY: number }) =>
    field && spotAt(field, flow.screenToFlowPosition({ x, y }));
  const open = (event: MouseEvent) => {
    const spot = at(event);
    if (spot) void navigate(`/nodes/${encodeURIComponent(spot.machine.name)}`);
  };
  return (
    <div
      className={classes.frame}
      ref={frame}
      role="group"
      aria-label={text.label}
      data-over={!!(field && over)}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        onMove={(_, { zoom }) => frame.current?.style.setProperty('--unzoom', String(1 / zoom))}
        onInit={() => void fit()}
        onPaneClick={open}
        onPaneMouseMove={(event) => setOver(at(event))}
        onPaneMouseLeave={() => setOver(undefined)}
        minZoom={0.03}
        maxZoom={1.5}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        // What can be opened inside is a link of its own.
        nodesFocusable={false}
        elementsSelectable={false}
        proOptions={{ hideAttribution: true }}
      >
        <Background color="var(--mantine-color-default-border)" gap={28} />
        {field && <FarField field={field} />}
      </ReactFlow>
      {field && over && <SpotWords spot={over} />}
      <ZoomButtons onFit={() => void fit()} />
    </div>
  );
}

/** What the pointer is on. */
function SpotWords({ spot: { machine } }: { spot: Spot }) {
  return (
    <div className={classes.over} aria-hidden>
      <b>{machine.name}</b> {NODE_LOOKS[machine.node.status].label},{' '}
      {text.workloads(machine.workloads.length)}
    </div>
  );
}

function ZoomButtons({ onFit }: { onFit: () => void }) {
  const { zoomIn, zoomOut } = useReactFlow();
  const buttons = [
    { label: text.zoomIn, icon: IconPlus, run: () => void zoomIn() },
    { label: text.zoomOut, icon: IconMinus, run: () => void zoomOut() },
    { label: text.fit, icon: IconMaximize, run: onFit },
  ];
  return (
    <div className={classes.zoom}>
      {buttons.map(({ label, icon: Icon, run }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon aria-label={label} onClick={run}>
            <Icon size={17} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}
