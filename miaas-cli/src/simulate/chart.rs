//! Curves that people look at: one file for allocation and one for fragmentation of each workload, all policies in one
//! chart, and below it the stretch where they part.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use miaas_placement::trace::{Curve, Percent};
use plotters::{coord::Shift, prelude::*};

use super::figure::Result as Measured;

/// Okabe and Ito's colours, which people with any colour vision tell apart; yellow is left out, on white it is faint.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];
const GREY: RGBColor = RGBColor(140, 140, 140);
const SIZE: (u32, u32) = (1000, 1000);
/// The close-up shows the last so many percent of what arrived, down to where the last pods find little room.
const CLOSE_UP: f64 = 0.35;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Points = Vec<(f64, f64)>;

/// One line of a chart.
struct Line<'a> {
    name: &'a str,
    points: Points,
}

/// Draws the curves of each workload into `folder`; gives back what was written.
pub(super) fn write(folder: &Path, results: &[Measured]) -> anyhow::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for group in results.chunk_by(|a, b| a.outcome.workload == b.outcome.workload) {
        let workload = group.first().map_or("", |result| result.outcome.workload.as_str());
        for (kind, of) in [("allocated", allocated as fn(Percent) -> f64), ("fragmented", fragmented)] {
            let path = folder.join(format!("{}-{kind}.svg", file_name(workload)));
            let lines: Vec<Line<'_>> = group
                .iter()
                .map(|result| Line { name: &result.outcome.policy, points: points(&result.curve, of) })
                .collect();
            let svg = draw(workload, kind, &lines).with_context(|| format!("cannot draw {}", path.display()))?;
            std::fs::write(&path, svg).with_context(|| format!("cannot write {}", path.display()))?;
            written.push(path);
        }
    }
    Ok(written)
}

const fn allocated(at: Percent) -> f64 {
    at.allocated
}

const fn fragmented(at: Percent) -> f64 {
    at.fragmented
}

/// The workload as part of a file name.
fn file_name(workload: &str) -> String {
    workload.replace(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)), "-")
}

#[allow(clippy::cast_precision_loss, reason = "whole percents are small")]
fn points(curve: &Curve, of: fn(Percent) -> f64) -> Points {
    curve.iter().map(|(a, percent)| (a as f64, of(percent))).collect()
}

fn draw(workload: &str, kind: &str, lines: &[Line<'_>]) -> anyhow::Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let end = lines.iter().flat_map(|line| line.points.last()).map(|p| p.0).fold(1.0, f64::max);
        let (whole, close) = root.split_vertically(SIZE.1 / 2);
        let title = format!("{workload}: GPUs {kind} while pods arrive");
        let top = if kind == "allocated" { 100.0 } else { range(lines, 0.0).end };
        Panel { title, kind, x: 0.0..end, y: 0.0..top, legend: true }.draw(&whole, lines)?;
        let start = (end * (1.0 - CLOSE_UP)).floor();
        let title = format!("From {start:.0} % arrived");
        // The legend stands above, here it would hide lines.
        Panel { title, kind, x: start..end, y: range(lines, start), legend: false }.draw(&close, lines)?;
        root.present()?;
    }
    Ok(svg)
}

/// What the lines reach from `start` on, with a little room around it.
fn range(lines: &[Line<'_>], start: f64) -> Range<f64> {
    let heights = || lines.iter().flat_map(|line| line.points.iter()).filter(|p| p.0 >= start).map(|p| p.1);
    let (low, high) = (heights().fold(f64::INFINITY, f64::min), heights().fold(0.0, f64::max));
    let low = if low.is_finite() { low } else { 0.0 };
    let room = ((high - low) * 0.05).max(0.5);
    (low - room).max(0.0)..(high + room).clamp(1.0, 100.0)
}

/// One of the two charts of a file.
struct Panel<'a> {
    title: String,
    kind: &'a str,
    x: Range<f64>,
    y: Range<f64>,
    legend: bool,
}

impl Panel<'_> {
    fn draw(&self, area: &Area<'_>, lines: &[Line<'_>]) -> anyhow::Result<()> {
        let fine = self.y.end - self.y.start < 12.0;
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, ("sans-serif", 20))
            .margin(12)
            .margin_right(24)
            .x_label_area_size(44)
            .y_label_area_size(60)
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .x_desc("asked for by the pods so far (% of all GPUs)")
            .y_desc(format!("{} (% of all GPUs)", self.kind))
            .x_label_formatter(&|value| format!("{value:.0}"))
            .y_label_formatter(&|value| if fine { format!("{value:.1}") } else { format!("{value:.0}") })
            .x_labels(14)
            .label_style(("sans-serif", 14))
            .draw()?;
        if self.kind == "allocated" {
            let ideal: Points =
                (0..=200_u32).map(|i| f64::from(i) * 0.5).map(|a| (a, a)).chain([(self.x.end, 100.0)]).collect();
            let style = GREY.stroke_width(1);
            let ideal = inside(&ideal, &self.x, &self.y);
            chart
                .draw_series(LineSeries::new(ideal, style))?
                .label("if everything found a place")
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], style));
        }
        for (index, line) in lines.iter().enumerate() {
            let colour = COLOURS[index % COLOURS.len()];
            let shape = Shape::of(index);
            let inside = inside(&line.points, &self.x, &self.y);
            chart
                .draw_series(LineSeries::new(inside.iter().copied(), colour.stroke_width(2)))?
                .label(line.name)
                .legend(move |(x, y)| {
                    EmptyElement::at((x, y))
                        + PathElement::new([(0, 0), (24, 0)], colour.stroke_width(2))
                        + PathElement::new(shape.outline(12, 0), colour.stroke_width(2))
                });
            // Marks of different lines stand at different places, so that one does not hide the other.
            let every = (inside.len() / 8).max(1);
            let marks = inside.iter().skip(every * index / lines.len().max(1)).step_by(every);
            chart.draw_series(
                marks.map(|at| EmptyElement::at(*at) + PathElement::new(shape.outline(0, 0), colour.stroke_width(2))),
            )?;
        }
        if !self.legend {
            return Ok(());
        }
        let allocated = self.kind == "allocated";
        chart
            .configure_series_labels()
            .position(if allocated { SeriesLabelPosition::LowerRight } else { SeriesLabelPosition::UpperLeft })
            .legend_area_size(34)
            .margin(12)
            .background_style(WHITE.mix(0.85))
            .border_style(GREY)
            .label_font(("sans-serif", 14))
            .draw()?;
        Ok(())
    }
}

/// The points of a line inside the panel.
fn inside(points: &[(f64, f64)], x: &Range<f64>, y: &Range<f64>) -> Points {
    let within = |place: f64, range: &Range<f64>| range.start <= place && place <= range.end;
    points.iter().copied().filter(|p| within(p.0, x) && within(p.1, y)).collect()
}

/// Marks by which lines are told apart without colour.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Square,
    Triangle,
    Diamond,
    Cross,
    Bar,
}

impl Shape {
    const fn of(index: usize) -> Self {
        match index % 5 {
            0 => Self::Square,
            1 => Self::Triangle,
            2 => Self::Diamond,
            3 => Self::Cross,
            _ => Self::Bar,
        }
    }

    /// The outline around a place, in pixels.
    fn outline(self, x: i32, y: i32) -> Vec<(i32, i32)> {
        let corners: &[(i32, i32)] = match self {
            Self::Square => &[(-4, -4), (4, -4), (4, 4), (-4, 4), (-4, -4)],
            Self::Triangle => &[(0, -5), (5, 4), (-5, 4), (0, -5)],
            Self::Diamond => &[(0, -6), (6, 0), (0, 6), (-6, 0), (0, -6)],
            Self::Cross => &[(-4, -4), (4, 4), (0, 0), (-4, 4), (4, -4)],
            Self::Bar => &[(0, -6), (0, 6)],
        };
        corners.iter().map(|(dx, dy)| (x + dx, y + dy)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_in_paths() {
        assert_eq!(file_name("a/../b c"), "a-..-b-c");
    }

    #[test]
    fn lines_end_at_the_edges() {
        let line = [(0.0, 0.0), (10.0, 10.0), (20.0, 20.0)];
        assert_eq!(inside(&line, &(5.0..20.0), &(0.0..10.0)), [(10.0, 10.0)]);
        assert_eq!(inside(&line, &(0.0..20.0), &(0.0..100.0)), line);
    }
}
