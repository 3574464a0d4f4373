//! Several figures as one.

/// Mean and spread of figures over seeds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation of these figures themselves (divided by their number), as the published tables have it.
    pub std: f64,
}

impl Summary {
    /// Mean and deviation; zeros for no figures.
    #[must_use]
    pub fn of(figures: &[f64]) -> Self {
        if figures.is_empty() {
            return Self::default();
        }
        #[allow(clippy::cast_precision_loss, reason = "a count of seeds is small")]
        let count = figures.len() as f64;
        let mean = figures.iter().sum::<f64>() / count;
        let variance = figures.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>() / count;
        Self { mean, std: variance.sqrt() }
    }
}
