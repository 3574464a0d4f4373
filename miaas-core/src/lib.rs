//! Types, ports, pure planners and (feature engine) the reconciliation loop of MIaaS.
