//! Several figures as one.

/// Mean and spread of figures over seeds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation, estimated from the figures as a sample (divided by one less than their number), as the
    /// published tables have it; 0 for a single figure.
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
        let variance = figures.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
        Self { mean, std: variance.sqrt() }
    }
}
