//! Filters, scores and strategies that decide where work runs, and explain why.
