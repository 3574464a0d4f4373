//! Rebalance and defragmentation plans: feasible at every step, within the budget, and never at a loss (P3).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use miaas_placement::{
    fleet::{Fleet, Models, Shape, State},
    policy,
    rebalance::{Budget, Cost, Limits, Loads, Place, Plan, Planner, Running, Stopped, Wanted, devices_for, fits_at},
};
use proptest::{prelude::*, test_runner::RngSeed};

const fn share(gpu_milli: u16, cpu: u32) -> Shape {
    Shape { cpu_milli: 1000 * cpu, mem_mib: 1024, gpus: 1, gpu_milli, models: Models::ANY }
}

const fn whole(gpus: u8, cpu: u32) -> Shape {
    Shape { gpus, ..share(1000, cpu) }
}

const fn plain(cpu: u32) -> Shape {
    Shape { gpus: 0, gpu_milli: 0, ..share(0, cpu) }
}

const fn models(shape: Shape, set: u64) -> Shape {
    Shape { models: Models { spelling: 0, set }, ..shape }
}

fn running(shape: Shape, node: u32, devices: u16) -> Running {
    Running { shape, place: Place { node, devices }, pinned: false, cost: Cost::one(1_000_000, 5) }
}

/// Nodes as (processors, GPUs), each with 64 GiB and a model by its number of GPUs.
fn loads(nodes: &[(u32, u8)], held: impl IntoIterator<Item = Running>) -> Loads {
    let idle = nodes.iter().map(|(cpu, gpus)| State::idle(1000 * cpu, 65_536, *gpus, *gpus));
    let mut loads = Loads::new(Fleet::new(idle));
    held.into_iter().for_each(|r| {
        loads.add(r);
    });
    loads
}

fn planner(wanted: impl IntoIterator<Item = Shape>) -> Planner {
    let wanted: Vec<Shape> = wanted.into_iter().collect();
    let mut policy = policy::by_name("fgd").unwrap();
    policy.expect(&wanted);
    Planner::new(policy, Wanted::new(wanted.into_iter().map(|s| (s, 1))), Limits::default())
}

/// What runs where and what is free: all that a plan may change.
fn outcome(loads: &Loads) -> (Vec<Place>, Vec<State>) {
    let free = loads.fleet().states().iter().map(|s| State { kinds: 0, ..*s });
    (loads.running().iter().map(|r| r.place).collect(), free.collect())
}

/// What it is about, nodes, what runs, what wants room, and by how many moves it gets it.
type RoomCase = (&'static str, Vec<(u32, u8)>, Vec<Running>, Shape, Option<usize>);

#[test]
fn p3_room_is_made_by_the_fewest_moves() {
    let half = share(500, 1);
    let cases: [RoomCase; 7] = [
        ("it fits", vec![(8, 1)], vec![], whole(1, 1), Some(0)),
        (
            "two halves share a GPU",
            vec![(8, 1), (8, 1)],
            vec![running(half, 0, 1), running(half, 1, 1)],
            whole(1, 1),
            Some(1),
        ),
        ("processors are the obstacle", vec![(8, 1), (8, 0)], vec![running(plain(6), 0, 0)], whole(1, 4), Some(1)),
        (
            "what leaves needs room itself",
            // The GPU of the first node is wanted; its tenant fits only on the second, whose tenant fits on the third.
            vec![(8, 1), (8, 2), (2, 2)],
            vec![running(whole(1, 4), 0, 1), running(whole(2, 1), 1, 0b11)],
            models(whole(1, 8), 0b10),
            Some(2),
        ),
        (
            "a node is cleared for two",
            vec![(8, 2), (8, 1), (8, 1)],
            vec![running(half, 0, 1), running(half, 0, 2), running(half, 1, 1), running(half, 2, 1)],
            whole(2, 1),
            Some(2),
        ),
        ("there is no room at all", vec![(8, 1)], vec![running(half, 0, 1)], whole(1, 1), None),
        (
            "a swap would need room that nobody has",
            vec![(8, 1), (4, 1)],
            vec![running(whole(1, 8), 0, 1), running(whole(1, 1), 1, 1)],
            whole(1, 5),
            None,
        ),
    ];
    for (about, nodes, held, shape, want) in cases {
        let mut fleet = loads(&nodes, held);
        let before = outcome(&fleet);
        let room = planner([shape]).make_room(&mut fleet, &shape, &Budget::UNLIMITED);
        assert_eq!(room.as_ref().map(|r| r.moves.len()), want, "{about}: {room:?}");
        match room {
            Some(room) => {
                let node = &fleet.fleet().states()[room.place.node as usize];
                assert!(fits_at(node, &shape, room.place.devices), "{about}");
                room.moves.iter().rev().for_each(|step| fleet.unmake(step));
            }
            None => assert_eq!(outcome(&fleet), before, "{about}: nothing moves in vain"),
        }
    }
}

#[test]
fn p3_the_cheapest_to_move_moves() {
    let dear = Running { cost: Cost::one(80_000_000_000, 120), ..running(share(500, 1), 0, 1) };
    for (first, second, moved) in [
        (dear, running(share(500, 1), 1, 1), 1),
        (running(share(500, 1), 0, 1), Running { place: Place { node: 1, devices: 1 }, ..dear }, 0),
    ] {
        let mut fleet = loads(&[(8, 1), (8, 1)], [first, second]);
        let room = planner([whole(1, 1)]).make_room(&mut fleet, &whole(1, 1), &Budget::UNLIMITED).unwrap();
        assert_eq!(room.moves.iter().map(|m| m.workload).collect::<Vec<_>>(), [moved]);
    }
}

#[test]
fn p3_what_waits_gets_room_and_the_plan_says_what_it_took() {
    let half = share(500, 1);
    let held = || (0..4).map(|node| running(half, node, 1));
    for (budget, placed, stopped) in [
        (Budget::UNLIMITED, 2, Stopped::NoGain),
        (Budget::moves(1), 1, Stopped::Budget),
        (Budget { seconds: Some(9), ..Budget::UNLIMITED }, 1, Stopped::Budget),
        (Budget { bytes: Some(0), ..Budget::UNLIMITED }, 0, Stopped::Budget),
    ] {
        let mut fleet = loads(&[(8, 1); 4], held());
        let start = fleet.copy();
        let waiting = [whole(1, 1), whole(1, 1), whole(2, 1)];
        let admission = planner(waiting).admit(&mut fleet, &waiting, &budget);
        assert_eq!(admission.places.iter().flatten().count(), placed, "{budget:?}");
        assert_eq!(admission.plan.stopped, stopped, "{budget:?}");
        assert_eq!(admission.plan.gained_milli(), 1000 * placed as u64);
        admission.plan.check(&start, &budget).unwrap();
    }
    let mut fleet = loads(&[(8, 1)], []);
    let admission = planner([half]).admit(&mut fleet, &[half, half], &Budget::moves(0));
    assert_eq!((admission.plan.stopped, admission.plan.steps.len()), (Stopped::Done, 0));
}

#[test]
fn p3_defragmenting_pairs_what_fits_together() {
    let held = [
        running(share(650, 1), 0, 1),
        running(share(320, 1), 1, 1),
        running(share(470, 1), 2, 1),
        running(share(470, 1), 3, 1),
    ];
    let mut fleet = loads(&[(8, 1); 4], held);
    let start = fleet.copy();
    let plan = planner([whole(1, 1)]).defragment(&mut fleet, 1, &Budget::UNLIMITED);
    assert_eq!((plan.steps.len(), plan.gained_milli(), plan.stopped), (2, 2000, Stopped::NoGain), "{plan:?}");
    assert_eq!(outcome(&plan.check(&start, &Budget::UNLIMITED).unwrap()), outcome(&fleet));
    assert_eq!(
        planner([plain(1)]).defragment(&mut fleet, 1, &Budget::UNLIMITED).steps,
        [],
        "nothing is wanted of GPUs"
    );
}

#[test]
fn p3_a_plan_that_does_not_fit_the_fleet_is_found_out() {
    let held = || [running(share(500, 1), 0, 1), running(share(500, 1), 1, 1)];
    let mut fleet = loads(&[(8, 1), (8, 1)], held());
    let start = fleet.copy();
    let plan = planner([whole(1, 1)]).defragment(&mut fleet, 1, &Budget::UNLIMITED);
    assert_eq!(plan.steps.len(), 1);
    let check = |plan: &Plan, loads: &Loads, budget: &Budget| plan.check(loads, budget).err().unwrap_or_default();
    assert_eq!(check(&plan, &start, &Budget::moves(1)), "");
    assert!(check(&plan, &start, &Budget::moves(0)).contains("budget"));
    assert!(check(&plan, &fleet, &Budget::UNLIMITED).contains("move 0 cannot be made"), "it was made already");
    let pinned = loads(&[(8, 1), (8, 1)], held().map(|r| Running { pinned: true, ..r }));
    assert!(check(&plan, &pinned, &Budget::UNLIMITED).contains("move 0 cannot be made"));
    let wrong = Plan { spent: Cost::default(), ..plan };
    assert!(check(&wrong, &start, &Budget::UNLIMITED).contains("the plan says"));
}

fn shapes() -> impl Strategy<Value = Shape> {
    prop_oneof![
        (prop::sample::select(vec![160_u16, 320, 470, 650, 810]), 0_u32..6).prop_map(|(milli, cpu)| share(milli, cpu)),
        (1_u8..=4, 0_u32..6).prop_map(|(gpus, cpu)| whole(gpus, cpu)),
        (1_u8..=2, 0_u64..16).prop_map(|(gpus, set)| models(whole(gpus, 1), set)),
        (1_u32..6).prop_map(plain),
    ]
}

/// A small fleet, filled one after the other wherever the choice falls.
fn fleets() -> impl Strategy<Value = Loads> {
    let nodes = prop::collection::vec((4_u32..24, 0_u8..=4), 2..7);
    let held = prop::collection::vec((shapes(), any::<u16>(), 0_u8..8, 0_u64..20), 0..24);
    (nodes, held).prop_map(|(nodes, held)| {
        let mut fleet = loads(&nodes, []);
        for (shape, at, pinned, seconds) in held {
            let fitting: Vec<usize> = (0..nodes.len()).filter(|n| shape.fits(&fleet.fleet().states()[*n])).collect();
            let Some(node) = fitting.get(usize::from(at) % fitting.len().max(1)).copied() else { continue };
            let state = fleet.fleet().states()[node];
            let devices: Vec<u8> = (0..state.gpus).filter(|d| state.free[usize::from(*d)] >= shape.gpu_milli).collect();
            let device = devices.get(usize::from(at / 7) % devices.len().max(1)).copied().unwrap_or(0);
            let place = Place { node: node as u32, devices: devices_for(&state, &shape, device) };
            fleet.add(Running { shape, place, pinned: pinned == 0, cost: Cost::one(seconds << 30, seconds) });
        }
        fleet
    })
}

fn budgets() -> impl Strategy<Value = Budget> {
    let some = |most: u64| prop::option::of(0..most);
    (some(6), some(60), some(60)).prop_map(|(moves, gib, seconds)| Budget {
        moves,
        bytes: gib.map(|g| g << 30),
        seconds,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]

    /// The steps of a plan can be made one by one, pinned workloads stay, the budget holds, gains only grow, and the replay
    /// gives what the planner left. The same question gets the same plan.
    #[test]
    fn p3_plans_hold(start in fleets(), wanted in prop::collection::vec(shapes(), 1..5), budget in budgets()) {
        let mut fleet = start.copy();
        let plan = planner(wanted.iter().copied()).defragment(&mut fleet, 1, &budget);
        let replayed = plan.check(&start, &budget).map_err(TestCaseError::fail)?;
        prop_assert_eq!(outcome(&replayed), outcome(&fleet));
        let mut value = Wanted::new(wanted.iter().map(|s| (*s, 1)));
        let mut sum = |loads: &Loads| loads.fleet().states().iter().map(|s| value.usable(s)).sum::<u64>();
        prop_assert_eq!(plan.gained_milli(), (sum(&fleet) - sum(&start)) / 1000, "as much more is usable as the plan says");
        prop_assert_eq!(&planner(wanted).defragment(&mut start.copy(), 1, &budget), &plan);
    }

    #[test]
    fn p3_admissions_hold(start in fleets(), waiting in prop::collection::vec(shapes(), 1..5), budget in budgets()) {
        let mut fleet = start.copy();
        let admission = planner(waiting.iter().copied()).admit(&mut fleet, &waiting, &budget);
        let mut replayed = admission.plan.check(&start, &budget).map_err(TestCaseError::fail)?;
        for (shape, place) in waiting.iter().zip(&admission.places) {
            let Some(place) = place else { continue };
            prop_assert!(fits_at(&replayed.fleet().states()[place.node as usize], shape, place.devices));
            replayed.add(Running { shape: *shape, place: *place, pinned: true, cost: Cost::default() });
        }
        prop_assert_eq!(outcome(&replayed), outcome(&fleet));
        prop_assert_eq!(admission.plan.stopped == Stopped::Done, admission.places.iter().all(Option::is_some));
    }
}
