//! Template manifests, typed parameters, strict rendering and the Compose model.
