// Generated from docs/openapi.json by `npm run types`. Do not edit.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The web page. */
        get: operations["health_index"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The entries of the audit log, oldest first. Each holds the digest of the one before. */
        get: operations["audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Everything that is stored, as it is at one moment, in a file of the age format. It opens with an identity of one of the recipients,
         *     or with the passphrase.
         */
        post: operations["backup_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists deployments by id. */
        get: operations["deployments_list"];
        put?: never;
        /**
         * Creates a deployment. It is stored at once and started by and by: its status, events and logs follow. With the header
         *     `Idempotency-Key` a repeated request gets the deployment that the first one made (remembered for a day).
         */
        post: operations["deployments_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One deployment. The header `ETag` is its generation. */
        get: operations["deployments_show"];
        put?: never;
        post?: never;
        /** Removes a deployment with its workloads and their volumes. */
        delete: operations["deployments_remove"];
        options?: never;
        head?: never;
        /** Changes what is wanted of a deployment: parameters, replicas, placement, running or stopped. */
        patch: operations["deployments_update"];
        trace?: never;
    };
    "/api/v1/deployments/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The output of a deployment, of all its workloads. Text with `workload/service | ` before each line; with
         *     `Accept: application/x-ndjson` one JSON object a line, an error as the envelope.
         */
        get: operations["deployments_lines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}/outputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a user gets to know of a deployment, for example its address. With several replicas the names carry the slot:
         *     `url.0`, `url.1`.
         */
        get: operations["deployments_outputs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The revisions of a deployment that are kept, newest first, each with what is different from the one before. */
        get: operations["deployments_revisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an old revision the wanted one again, as a new revision; without a number the last one that was ready. */
        post: operations["deployments_rollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events, oldest first. With `Accept: text/event-stream` they are streamed: each has its cursor as id, `Last-Event-ID` goes
         *     on behind it, and new ones follow for as long as the connection lasts.
         */
        get: operations["events_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists API keys, without the keys themselves. */
        get: operations["keys_list"];
        put?: never;
        /** Makes an API key. The answer is the only place where it is shown. */
        post: operations["keys_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes an API key. The last one cannot be deleted. */
        delete: operations["keys_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists nodes by id. */
        get: operations["nodes_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One node. */
        get: operations["nodes_show"];
        put?: never;
        post?: never;
        /** Forgets a node; what ran there is placed elsewhere. */
        delete: operations["nodes_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a node in that waits for it. */
        post: operations["nodes_approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A challenge for a node, good for a minute. It is given for any id: whether there is such a node is not told. */
        post: operations["nodes_challenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/cordon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keeps new work away. */
        post: operations["nodes_cordon"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/deploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs a Compose document on this node, or removes what was so run. The answer is the deployment, null when there was none. */
        post: operations["nodes_deploy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves all work away, the new place first. The body may be left out. */
        post: operations["nodes_drain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The node lives. Every field is optional, also the body. */
        post: operations["nodes_heartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Sets and removes labels. */
        patch: operations["nodes_label"];
        trace?: never;
    };
    "/api/v1/nodes/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuses every token that the node was given so far, and ends its session. It must register again. */
        post: operations["nodes_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Opens the WebSocket over which the node gets its target and reports. A newer session of the node ends the older. */
        get: operations["nodes_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A fresh token for the node that answers its challenge with its key. */
        post: operations["nodes_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}/uncordon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets new work come again; also ends a drain. */
        post: operations["nodes_uncordon"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Registers a machine as a node; takes one use of the join token. A name that is taken by a node which is heard of is
         *     refused; one whose node is lost, or came with an expired token, gets a new identity.
         */
        post: operations["nodes_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/placement/rebalance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which workloads to move so that more fits, within a budget; with `apply` the moves are made, the new place first. */
        post: operations["placement_rebalance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/placement/what-if": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would happen if nodes were lost, added or cordoned, or a deployment asked for something else. Nothing is changed. */
        post: operations["placement_what_if"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What creating a deployment, or applying it again under its name, would change, where and why. */
        post: operations["deployments_plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/seal/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Seals everything that is stored with a new key, and forgets the old one. The server works on meanwhile. */
        post: operations["secrets_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists secrets by name, without their values. */
        get: operations["secrets_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Stores a secret, or gives an existing one a new value: what refers to it as `${secrets.NAME}` is rendered again. */
        put: operations["secrets_put"];
        post?: never;
        /** Removes a secret. Refused with 409 while a deployment refers to it. */
        delete: operations["secrets_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who calls, and what they may do. */
        get: operations["session_show"];
        put?: never;
        /** Signs in with a password or an API key: the answer sets the cookie of the session. */
        post: operations["session_create"];
        /** Signs out: the session ends, and the browser forgets it. */
        delete: operations["session_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes what signs the caller in at a browser, once and within a minute. */
        post: operations["session_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How users can sign in here. */
        get: operations["session_methods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sends the browser to the provider. `?to=/path` is the page that it comes back to. */
        get: operations["session_begin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the provider sends the browser back to: it is signed in then. */
        get: operations["session_finish"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives the caller another password. Their other sessions end. */
        post: operations["session_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the sessions of the caller, the newest first; an administrator sees those of all. */
        get: operations["session_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a session: its browser must sign in again. */
        delete: operations["session_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stacks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists stacks by name. */
        get: operations["stacks_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stacks/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One stack with its services. */
        get: operations["stacks_show"];
        /**
         * Makes a stack consist of these services, all at once or not at all: each becomes the deployment `STACK-SERVICE`. What is
         *     as wanted already stays; what is no longer named goes. While nothing of the stack runs, all of it is placed or nothing is.
         */
        put: operations["stacks_apply"];
        post?: never;
        /** Removes every service of a stack with its volumes. */
        delete: operations["stacks_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stacks/{name}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A stack as the file `miaas.yaml` that makes it what it is. Passwords, and variables and files of Compose documents, are `${stored}`:
         *     applied again, such a value stays as it is.
         */
        get: operations["stacks_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of the control plane. */
        get: operations["status_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the templates by name. */
        get: operations["templates_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One template: manifest, JSON Schema of its parameters, README. */
        get: operations["templates_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{name}/render": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a template gives for these parameters: the Compose document as it would be on a node, or objects of Kubernetes. */
        post: operations["templates_render"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists join tokens, without the tokens themselves. */
        get: operations["tokens_list"];
        put?: never;
        /** Makes a join token. The answer is the only place where it is shown. */
        post: operations["tokens_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes a join token; nodes that joined with it stay. */
        delete: operations["tokens_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists users by name. */
        get: operations["users_list"];
        put?: never;
        /** Makes a user, who signs in with a name and a password. */
        post: operations["users_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a user, who is signed out by that. */
        delete: operations["users_remove"];
        options?: never;
        head?: never;
        /** Changes what a user may do, or the password, or keeps them out. It counts from their next request on. */
        patch: operations["users_update"];
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the webhooks and how far each has come. */
        get: operations["webhooks_list"];
        put?: never;
        /** Makes a webhook; what happens from now on is sent. The answer is the only place where its key is shown. */
        post: operations["webhooks_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook. */
        get: operations["webhooks_show"];
        put?: never;
        post?: never;
        /** Removes a webhook with its dead letters. */
        delete: operations["webhooks_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{name}/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that could not be delivered and were given up, oldest first. */
        get: operations["webhooks_dead"];
        put?: never;
        post?: never;
        /** Forgets the dead letters. */
        delete: operations["webhooks_clear"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{name}/dead-letters/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends the dead letters again, oldest first, until one does not arrive. */
        post: operations["webhooks_redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a test and waits for the answer: 204 when the receiver took it. */
        post: operations["webhooks_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A script, style, font or picture of the page. */
        get: operations["health_asset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ca.pem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The certificate of the authority that signs those of the servers, as PEM, for programs that want a file. Whoever knows the pin
         *     compares: it is the SHA-256 of the DER form.
         */
        get: operations["health_ca"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers. */
        get: operations["health_healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics of the control plane, in the format of OpenMetrics. */
        get: operations["health_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The OpenAPI document of this server. */
        get: operations["health_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The store answers, so requests can be served. */
        get: operations["health_readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The output of a deployment as a WebSocket: one JSON object a message, an error as the envelope. */
        get: operations["deployments_socket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A deployment to be near to, or apart from. */
        AffinityTerm: {
            /** @description How near: on nodes with the same value of this label, for example `zone`; none means on the same node. */
            by?: string | null;
            /** @description Name of the other deployment; its own name is allowed. */
            deployment: string;
        };
        /** @description Body of `PUT /api/v1/stacks/{name}`: everything that the stack consists of. What it has and is not named here goes. */
        ApplyStack: {
            /** @description Services by name. */
            services: {
                [key: string]: components["schemas"]["StackService"];
            };
        };
        /**
         * @description An entry of the audit log: who did what. Each holds the digest of the one before, so that none can be changed, taken out or put
         *     in between without a trace.
         */
        AuditEntry: {
            /** @description The same afterwards. */
            after?: string | null;
            /**
             * Format: date-time
             * @description When the request was answered.
             */
            at: string;
            /** @description Keyed digest of the object before; none when there was none. */
            before?: string | null;
            /** @description SHA-256 over this entry with an empty digest, as JSON without spaces and with the fields in this order. */
            digest: string;
            /** @description The address that the request came from. */
            from: string;
            /** @description The method of the request. */
            method: string;
            /**
             * Format: int64
             * @description Counts the entries, from 1.
             */
            number: number;
            /** @description What it was about, as `kind/id`. */
            object?: string | null;
            /** @description Its path and query. */
            path: string;
            /** @description The digest of the entry before; empty for the first. */
            previous: string;
            role?: components["schemas"]["Role"] | null;
            /**
             * Format: int32
             * @description The status of the answer.
             */
            status: number;
            /** @description The API key, or the join token, by its id. */
            who: string;
        };
        /** @description The most that any of the excluded nodes has free. */
        Best: {
            /**
             * Format: int64
             * @description What it has free, in the same unit.
             */
            free: number;
            /**
             * Format: int64
             * @description Asked for: thousandths of processors, MiB, or devices.
             */
            needed: number;
            /** @description The node. */
            node: string;
        };
        /** @description What comes first in a canary update. */
        Canary: {
            /**
             * Format: int64
             * @description Seconds that they have to be ready before the others follow.
             * @default 30
             */
            hold_seconds?: number;
            /**
             * @description The others follow only once this revision is promoted by hand.
             * @default false
             */
            manual?: boolean;
            /**
             * Format: int64
             * @description The revision that was promoted.
             * @default null
             */
            promoted?: number | null;
            /**
             * Format: int32
             * @description How many replicas.
             * @default 1
             */
            replicas?: number;
        };
        /** @description A node that could have taken a workload. */
        Candidate: {
            /** @description Its name. */
            name: string;
            /** @description The node. */
            node: string;
            /** @description The parts of the score by scorer. */
            parts: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description Its total score; higher is better.
             */
            score: number;
        };
        /** @description Body of `POST /api/v1/session/password`: another password for oneself. */
        ChangePassword: {
            /** @description The one from now on: 12 to 1,000 characters. */
            new: string;
            /** @description The present one. */
            old: string;
        };
        /** @description One change after which a workload that has no place now would have one. Every one was tried. */
        Counterfactual: {
            /** @enum {string} */
            change: "smaller_demand";
            /** @description Its name. */
            name: string;
            /** @description The node that would take it. */
            node: string;
            /** @description What it would ask for instead. */
            resources: components["schemas"]["Resources"];
        } | {
            /** @enum {string} */
            change: "move";
            /** @description The node that it leaves. */
            from: string;
            /** @description Its name. */
            from_name: string;
            /** @description The node that takes it. */
            to: string;
            /** @description Its name. */
            to_name: string;
            /** @description The workload. */
            workload: string;
        } | {
            /** @enum {string} */
            change: "leave";
            /** @description Its name. */
            name: string;
            /** @description The node that it is on. */
            node: string;
            /** @description The workload. */
            workload: string;
        } | {
            /** @enum {string} */
            change: "uncordon";
            /** @description Its name. */
            name: string;
            /** @description The node. */
            node: string;
            /** @description What it is now. */
            status: string;
        } | {
            /** @enum {string} */
            change: "node_returns";
            /** @description Its name. */
            name: string;
            /** @description The node. */
            node: string;
            /** @description What it is now. */
            status: string;
        } | {
            /** @enum {string} */
            change: "label";
            /** @description The labels to set. */
            labels: {
                [key: string]: string;
            };
            /** @description Its name. */
            name: string;
            /** @description The node. */
            node: string;
        } | {
            /** @enum {string} */
            change: "tolerate";
            /** @description Its name. */
            name: string;
            /** @description The node that would take it. */
            node: string;
            /** @description The taints. */
            taints: components["schemas"]["Taint"][];
        } | {
            /** @enum {string} */
            change: "unpin";
            /** @description Its name. */
            name: string;
            /** @description The node that would take it. */
            node: string;
        } | {
            /** @enum {string} */
            change: "max_per_node";
            /**
             * Format: int32
             * @description The limit that would do.
             */
            max: number;
            /** @description Its name. */
            name: string;
            /** @description The node that would take it. */
            node: string;
        } | {
            /** @enum {string} */
            change: "automatic_ports";
            /** @description Its name. */
            name: string;
            /** @description The node that would take it. */
            node: string;
        };
        /** @description Body of `POST /api/v1/backup`: what the backup is locked with, recipients or a passphrase. */
        CreateBackup: {
            /**
             * @description A passphrase of at least 12 characters.
             * @default null
             */
            passphrase?: string | null;
            /**
             * @description Public keys of age, `age1…`.
             * @default []
             */
            recipients?: string[];
        };
        /** @description Body of `POST /api/v1/deployments` and `POST /api/v1/plan`. */
        CreateDeployment: {
            /**
             * @description A Compose document. Either this or `template`.
             * @default null
             */
            compose?: string | null;
            /**
             * @description Variables for the interpolation of `compose`.
             * @default {}
             */
            env?: {
                [key: string]: string;
            };
            /**
             * @description Files that `compose` refers to, by their path from its directory.
             * @default {}
             */
            files?: {
                [key: string]: string;
            };
            /**
             * @description Labels.
             * @default {}
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @description Name; none takes the template's.
             * @default null
             */
            name?: string | null;
            /**
             * @description Which of `files` are merged over `compose`, in this order.
             * @default []
             */
            overrides?: string[];
            /** @description Values of its parameters. */
            params?: Record<string, unknown>;
            /**
             * @description Where.
             * @default {
             *       "max_per_node": null,
             *       "node": null,
             *       "node_selector": {},
             *       "on_node_loss": "auto",
             *       "spread_by": null,
             *       "strategy": null,
             *       "tolerations": []
             *     }
             */
            placement?: components["schemas"]["PlacementPolicy"];
            /**
             * Format: int32
             * @description Higher goes first.
             * @default 0
             */
            priority?: number;
            /**
             * Format: int32
             * @description How many; none is 1.
             * @default null
             */
            replicas?: number | null;
            /**
             * @description Template of the catalogue. Either this or `compose`.
             * @default null
             */
            template?: string | null;
            /**
             * @description How it goes from one revision to the next.
             * @default {
             *       "canary": {
             *         "hold_seconds": 30,
             *         "manual": false,
             *         "replicas": 1
             *       },
             *       "max_surge": 0,
             *       "max_unavailable": 1,
             *       "min_ready_seconds": 0,
             *       "paused": false,
             *       "progress_deadline_seconds": 600,
             *       "rollback": true,
             *       "strategy": "rolling"
             *     }
             */
            update?: components["schemas"]["UpdatePolicy"];
        };
        /** @description Answer to the creation of an API key. */
        CreatedKey: {
            /** @description Its identity. */
            id: string;
            /** @description The key; shown here only. */
            key: string;
        };
        /** @description Answer to the creation of a join token. */
        CreatedToken: {
            /**
             * Format: date-time
             * @description When it expires.
             */
            expires_at: string;
            /** @description Its identity. */
            id: string;
            /** @description The command that joins a machine with it. */
            join_command: string;
            /** @description The token; shown here only. */
            token: string;
        };
        /** @description A webhook that was made. */
        CreatedWebhook: {
            /** @description The key of its signatures, `whsec_` and base64. It is shown nowhere else and not again. */
            secret: string;
            /** @description The webhook. */
            webhook: components["schemas"]["WebhookItem"];
        };
        /** @description Body of `POST /api/v1/keys`: an API key. */
        CreateKey: {
            /**
             * @description For people.
             * @default
             */
            description?: string;
            /**
             * @description What it may do: `viewer` unless said otherwise.
             * @default viewer
             */
            role?: components["schemas"]["Role"];
            /**
             * @description Only deployments that have all of these labels, and nothing else of the fleet; none for everything.
             * @default {}
             */
            scope?: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description Seconds until it expires; none is never.
             * @default null
             */
            ttl_seconds?: number | null;
        };
        /** @description Body of `POST /api/v1/tokens`: a join token for nodes. */
        CreateToken: {
            /**
             * @description For people.
             * @default
             */
            description?: string;
            /**
             * @description Labels for the nodes that join with it.
             * @default {}
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description Seconds until it expires; none takes the server's default.
             * @default null
             */
            ttl_seconds?: number | null;
            /**
             * Format: int32
             * @description How many nodes may join with it; none is 1.
             * @default null
             */
            uses?: number | null;
        };
        /** @description Body of `POST /api/v1/users`. */
        CreateUser: {
            /** @description What they sign in with: letters, digits, `-`, `_` and `.`, at most 64. */
            name: string;
            /** @description The password: 12 to 1,000 characters. */
            password: string;
            /** @description What they may do: `viewer` unless said otherwise. */
            role?: components["schemas"]["Role"];
            /** @description Only deployments that have all of these labels, and nothing else of the fleet; none for everything. */
            scope?: {
                [key: string]: string;
            };
        };
        /** @description A webhook to make. */
        CreateWebhook: {
            /** @description Reasons of the events that are sent: `node.offline`, or `deployment.*` for all that begin so; empty sends all. */
            events?: string[];
            min_severity?: components["schemas"]["Severity"] | null;
            /** @description Its name. */
            name: string;
            /** @description Where to send to: `https://` or `http://`. */
            url: string;
        };
        /** @description An event that could not be delivered. */
        DeadLetter: {
            /**
             * Format: date-time
             * @description When it was given up.
             */
            at: string;
            /** @description What the last try said. */
            error: string;
            /** @description The event. */
            event: components["schemas"]["Event"];
            /**
             * Format: int32
             * @description How often it was tried.
             */
            tries: number;
        };
        /** @description A deployment as the API shows it. */
        DeploymentItem: {
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: int64
             * @description Counts the changes of what is wanted.
             */
            generation: number;
            /** @description Its identity. */
            id: string;
            /** @description Its labels. */
            labels: {
                [key: string]: string;
            };
            /** @description Its name. */
            name: string;
            /** @description Values of its parameters, passwords masked. */
            params: Record<string, unknown>;
            /** @description Where it may run. */
            placement: components["schemas"]["PlacementPolicy"];
            /**
             * Format: int32
             * @description Its priority.
             */
            priority: number;
            /** @description What stands in its way. */
            problems: components["schemas"]["Problem"][];
            /**
             * Format: int32
             * @description How many are ready in the wanted version.
             */
            ready: number;
            /**
             * Format: date-time
             * @description When it last became ready as wanted.
             */
            ready_at?: string | null;
            /**
             * Format: int32
             * @description How many are wanted.
             */
            replicas: number;
            /**
             * Format: int64
             * @description The revision of what it runs that is wanted.
             */
            revision?: number;
            rollout?: components["schemas"]["RolloutItem"] | null;
            /** @description Its status. */
            status: components["schemas"]["DeploymentStatus"];
            /** @description Its template, or `compose`. */
            template: string;
            /** @description How it goes from one revision to the next. */
            update?: components["schemas"]["UpdatePolicy"];
            /**
             * Format: date-time
             * @description When what is wanted last changed.
             */
            updated_at: string;
            /** @description Its workloads. */
            workloads: components["schemas"]["WorkloadItem"][];
        };
        /**
         * @description The one status shown for a deployment.
         * @enum {string}
         */
        DeploymentStatus: "progressing" | "ready" | "degraded" | "stopped" | "removing";
        /** @description A part of a GPU: what one workload may use of it. */
        DeviceShare: {
            /**
             * Format: int64
             * @description Memory of the whole device in MiB, so that a limit can be written as a fraction of it. Zero when it is not known.
             */
            device_mib?: number;
            /** @description Nobody else may use the device. */
            exclusive: boolean;
            /**
             * Format: int64
             * @description Memory in MiB.
             */
            memory_mib: number;
            /**
             * Format: int32
             * @description Thousandths of the device's compute.
             */
            share_milli?: number;
            /** @description The device. */
            uuid: string;
        };
        /** @description A value that differs between two versions of a specification. */
        Difference: {
            /** @description What it is; absent when there is nothing any more. */
            after?: unknown;
            /** @description What it was; absent when there was nothing. */
            before?: unknown;
            /** @description Where, as a JSON pointer into the request: `/params/port`. */
            path: string;
        };
        /**
         * @description What a direct deploy does.
         * @enum {string}
         */
        DirectAction: "apply" | "remove";
        /** @description Body of `POST /api/v1/nodes/{id}/deploy` (D5). */
        DirectDeploy: {
            /** @description What to do. */
            action: components["schemas"]["DirectAction"];
            /** @description Identity that the caller chose; also the deployment's name, so it must be one. */
            deployment_id: string;
            /** @description Variables for its interpolation. */
            env?: {
                [key: string]: string;
            };
            /** @description The Compose document; needed for `apply`. */
            rendered_compose?: string | null;
            /** @description For people only. */
            template_id?: string | null;
        };
        /** @description A mounted file system. */
        Disk: {
            /**
             * Format: int64
             * @description Free space for unprivileged users in MiB.
             * @default 0
             */
            free_mb?: number;
            /**
             * @description Mount point.
             * @default
             */
            mount?: string;
            /**
             * Format: int64
             * @description Size in MB (10^6 bytes are not meant: MiB).
             * @default 0
             */
            total_mb?: number;
        };
        /** @description A request that all work leaves a node. */
        Drain: {
            /**
             * Format: date-time
             * @description After this, what could not be moved is stopped.
             */
            deadline?: string | null;
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            since: string;
        };
        /** @description Body of `POST /api/v1/nodes/{id}/drain`. */
        DrainNode: {
            /**
             * Format: int64
             * @description Seconds after which what could not be moved is stopped; none waits for ever.
             * @default null
             */
            deadline_seconds?: number | null;
        };
        /** @description A container engine or cluster found on the node. */
        EngineFacts: {
            /**
             * @description The API version agreed on.
             * @default
             */
            api_version?: string;
            /**
             * @description Whether it answers.
             * @default false
             */
            available?: boolean;
            /**
             * @description Why it is not available.
             * @default null
             */
            error?: string | null;
            /**
             * @description Container runtimes, for example `nvidia`.
             * @default []
             */
            runtimes?: string[];
            /**
             * @description Its version.
             * @default
             */
            version?: string;
        };
        /** @description The envelope of every error. */
        ErrorBody: {
            /** @description The error. */
            error: components["schemas"]["ErrorDetail"];
        };
        /** @description What went wrong. */
        ErrorDetail: {
            /** @description A stable word, see [`crate::ErrorKind::code`]. */
            code: string;
            /** @description Every issue of a refused document. */
            details?: components["schemas"]["Issue"][];
            /** @description What to do next. */
            hint?: string | null;
            /** @description What, where. */
            message: string;
        };
        /** @description One entry of the event log. */
        Event: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Its identity. */
            id: string;
            /** @description In words. */
            message: string;
            /** @description What happened, as a stable dotted word, for example `workload.failed`. */
            reason: string;
            /** @description How much it matters. */
            severity: components["schemas"]["Severity"];
            /** @description To what. */
            subject: components["schemas"]["Subject"];
        };
        /** @description An entry of the event log with its place in it (D8). */
        EventItem: components["schemas"]["Event"] & {
            /**
             * Format: int64
             * @description Hand this back as `after` to go on behind this entry.
             */
            cursor: number;
        };
        /** @description How many nodes one kind of obstacle keeps away. */
        Excluded: {
            best?: components["schemas"]["Best"] | null;
            /** @description How many nodes. */
            count: number;
            /**
             * @description The kind: `status`, `cpu`, `memory`, `disk`, `gpu`, `ports`, `label`, `taint` and so on; the name of a filter where the
             *     nodes were only asked until the first said no.
             */
            kind: string;
            /** @description What such a node is, in words: `with taint gpu=reserved`. */
            what: string;
        };
        /**
         * @description What can run a workload on a node.
         * @enum {string}
         */
        ExecutorKind: "docker" | "process" | "kubernetes" | "fake";
        /** @description Why a workload is where it is. */
        Explanation: {
            /**
             * @description The chosen node and the best of the others, best first (at most 16).
             * @default []
             */
            candidates?: components["schemas"]["Candidate"][];
            /**
             * @description How many nodes were looked at.
             * @default 0
             */
            considered?: number;
            /**
             * @description How many nodes each filter excluded; a node counts for the first that did.
             * @default []
             */
            excluded?: components["schemas"]["Excluded"][];
            /**
             * @description The nodes that were excluded (at most 16), each with its reasons.
             * @default []
             */
            rejected?: components["schemas"]["NodeVerdict"][];
            /**
             * @description The strategy.
             * @default
             */
            strategy?: string;
            /**
             * @description In one sentence.
             * @default
             */
            summary?: string;
        };
        /** @description The capability report of a node. On the wire it is the `capabilities` object of registration. */
        Facts: {
            /**
             * @description Instruction set as Rust names it, for example `x86_64`.
             * @default
             */
            arch?: string;
            /**
             * Format: int32
             * @description Logical processors.
             * @default 0
             */
            cpu_count?: number;
            /**
             * @description Processor model.
             * @default
             */
            cpu_model?: string;
            /**
             * @description Mounted disks.
             * @default []
             */
            disks?: components["schemas"]["Disk"][];
            /** @default null */
            docker?: components["schemas"]["EngineFacts"] | null;
            /**
             * @description Executors that the agent offers, for example `docker`.
             * @default []
             */
            executors?: components["schemas"]["ExecutorKind"][];
            /**
             * @description Graphics processors.
             * @default []
             */
            gpus?: components["schemas"]["Gpu"][];
            /**
             * @description Host name.
             * @default
             */
            hostname?: string;
            /**
             * @description Images that its engines have.
             * @default []
             */
            images?: string[];
            /**
             * @description Network interfaces.
             * @default []
             */
            interfaces?: components["schemas"]["Interface"][];
            /**
             * @description Kernel release.
             * @default
             */
            kernel?: string;
            /** @default null */
            kubernetes?: components["schemas"]["EngineFacts"] | null;
            /**
             * @description TCP ports on which some process of the node listens.
             * @default []
             */
            listening_ports?: number[];
            /**
             * Format: int64
             * @description Physical memory in MiB.
             * @default 0
             */
            mem_mb?: number;
            /**
             * @description Operating system, for example `linux`.
             * @default
             */
            os?: string;
            /**
             * @description Distribution and its version, for people.
             * @default
             */
            os_version?: string;
            /** @default null */
            podman?: components["schemas"]["EngineFacts"] | null;
        };
        /** @description A graphics processor. */
        Gpu: {
            /**
             * @description Which instructions it has, where the driver tells.
             * @default null
             */
            compute?: string | null;
            /**
             * @description Driver version.
             * @default
             */
            driver?: string;
            /**
             * Format: int32
             * @description Index in the driver's order.
             * @default 0
             */
            index?: number;
            /**
             * Format: int64
             * @description Memory in MiB.
             * @default 0
             */
            memory_mb?: number;
            /**
             * Format: int64
             * @description Memory in use in MiB, also by processes that nobody here placed.
             * @default 0
             */
            memory_used_mb?: number;
            /**
             * @description MIG devices, when the card is split.
             * @default []
             */
            mig?: components["schemas"]["MigDevice"][];
            /**
             * @description Marketing name.
             * @default
             */
            model?: string;
            /**
             * Format: float
             * @description Watts.
             * @default null
             */
            power?: number | null;
            /**
             * Format: float
             * @description Degrees Celsius.
             * @default null
             */
            temperature?: number | null;
            /**
             * Format: float
             * @description Utilisation in percent.
             * @default null
             */
            utilization?: number | null;
            /**
             * @description Stable identity, as the driver gives it.
             * @default
             */
            uuid?: string;
            /**
             * @description `nvidia`, `amd`, `intel` or `apple`.
             * @default
             */
            vendor?: string;
        };
        /** @description What one workload may use of a GPU. */
        GpuClaim: {
            /** @description Nobody else may use the device. */
            exclusive: boolean;
            /**
             * Format: int64
             * @description MiB of memory.
             */
            memory_mib: number;
            /**
             * Format: int32
             * @description Thousandths of the compute.
             */
            share_milli: number;
            /** @description The workload. */
            workload: string;
        };
        /**
         * @description The ledger of one GPU, or of one slice of a split card. What is claimed and what is in use are two things: a claim holds
         *     whether it is used or not.
         */
        GpuItem: {
            /**
             * @description Identity of the card that it is a slice of.
             * @default null
             */
            card?: string | null;
            /**
             * Format: int64
             * @description MiB claimed by workloads.
             * @default 0
             */
            claimed_mib?: number;
            /**
             * Format: int32
             * @description Thousandths of its compute claimed by workloads.
             * @default 0
             */
            claimed_milli?: number;
            /**
             * @description The claims, by workload.
             * @default []
             */
            claims?: components["schemas"]["GpuClaim"][];
            /**
             * Format: int64
             * @description MiB in use beyond all claims: by processes that nobody here placed.
             * @default 0
             */
            foreign_mib?: number;
            /**
             * Format: int64
             * @description MiB that can be claimed now.
             * @default 0
             */
            free_mib?: number;
            /**
             * Format: int32
             * @description Thousandths of its compute that can be claimed now.
             * @default 0
             */
            free_milli?: number;
            /**
             * Format: int64
             * @description MiB that shared claims leave alone.
             * @default 0
             */
            margin_mib?: number;
            /**
             * Format: int64
             * @description Its memory in MiB.
             * @default 0
             */
            memory_mib?: number;
            /**
             * @description Its model; of a slice that of its card.
             * @default
             */
            model?: string;
            /**
             * @description How it can be divided.
             * @default shared
             */
            sharing?: components["schemas"]["GpuSharing"];
            /**
             * Format: int64
             * @description MiB in use now, by anybody; none where the driver does not tell, as for slices.
             * @default null
             */
            used_mib?: number | null;
            /**
             * @description Its identity, as the driver gives it.
             * @default
             */
            uuid?: string;
            /**
             * @description Its vendor.
             * @default
             */
            vendor?: string;
        };
        /**
         * @description GPUs that a workload needs: whole devices, memory of each, or a share of one.
         *
         *     Without `memory_mib` and `share_milli` it gets whole, idle devices. With memory alone, its share of the compute follows
         *     from that memory; with a share alone, its memory follows from that share.
         */
        GpuRequest: {
            /**
             * @description Only devices with at least this compute capability, for example `8.0`. A device that does not tell it has none.
             * @default null
             */
            compute?: string | null;
            /**
             * Format: int32
             * @description How many devices.
             * @default 0
             */
            count?: number;
            /**
             * Format: int64
             * @description Memory needed on each in MiB; zero takes the whole device, or with a share, that share of its memory.
             * @default 0
             */
            memory_mib?: number;
            /**
             * @description Only models that contain one of these texts, which `|` separates, without regard to case: `V100|A100`.
             * @default null
             */
            model?: string | null;
            /**
             * Format: int32
             * @description Thousandths of the compute of one device, 1 to 1000; zero does not ask for a share.
             * @default 0
             */
            share_milli?: number;
            /**
             * @description Only this vendor, for example `nvidia`.
             * @default null
             */
            vendor?: string | null;
        };
        /**
         * @description How a device can be divided.
         * @enum {string}
         */
        GpuSharing: "shared" | "exclusive" | "mig";
        /** @description Answer of the health routes. */
        Health: {
            /** @description Always `ok`. */
            status: string;
        };
        /** @description A heartbeat (N2): everything is optional. */
        Heartbeat: {
            /**
             * Format: double
             * @description Processor use in percent.
             * @default null
             */
            cpu_usage?: number | null;
            /**
             * Format: int64
             * @description Free disk space in MB.
             * @default null
             */
            disk_free_mb?: number | null;
            /**
             * @description Graphics processors with their present use.
             * @default null
             */
            gpus?: components["schemas"]["Gpu"][] | null;
            /**
             * @description TCP ports on which some process of the node listens; absent means unchanged.
             * @default null
             */
            listening_ports?: number[] | null;
            /**
             * Format: double
             * @description Memory use in percent.
             * @default null
             */
            mem_usage?: number | null;
            /**
             * @description Names of running containers.
             * @default []
             */
            running_containers?: string[];
            /**
             * Format: int64
             * @description When it was sent, in milliseconds by a clock of the node that never jumps. Opaque: the lease that answers the heartbeat
             *     names it again.
             * @default null
             */
            stamp?: number | null;
        };
        /** @description Answer to a heartbeat (N2). */
        HeartbeatAck: {
            /** @description Always `ok`. */
            status: string;
            /**
             * Format: date-time
             * @description Time of the server.
             */
            timestamp: string;
        };
        /** @description A port of a host. */
        HostPort: {
            /**
             * Format: int32
             * @description Its number.
             */
            port: number;
            /** @description Transport. */
            protocol: components["schemas"]["Protocol"];
        };
        /** @description A network interface. */
        Interface: {
            /**
             * @description Its addresses.
             * @default []
             */
            addresses?: string[];
            /**
             * @description Its name, for example `eth0`.
             * @default
             */
            name?: string;
        };
        /** @description One thing that is wrong with a document. */
        Issue: {
            /** @description The nearest valid value or what else to do. */
            hint?: string | null;
            /** @description What is wrong. */
            message: string;
            /** @description JSON pointer to the value, for example `/params/port`; empty for the document itself. */
            path: string;
        };
        /** @description An API key as the API shows it: without the key. */
        KeyItem: {
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /** @description For people. */
            description: string;
            /**
             * Format: date-time
             * @description When it expires; none is never.
             */
            expires_at?: string | null;
            /** @description Its identity. */
            id: string;
            /**
             * Format: date-time
             * @description When it was last used, to some minutes; none is never.
             */
            last_used_at?: string | null;
            /** @description What it may do. */
            role: components["schemas"]["Role"];
            /** @description Only deployments with these labels. */
            scope: {
                [key: string]: string;
            };
        };
        /** @description One line of output. */
        LogLine: {
            /**
             * Format: date-time
             * @description When it was written.
             */
            at?: string | null;
            /** @description The service. */
            service: string;
            /** @description From standard error. */
            stderr: boolean;
            /** @description The text without its line end. */
            text: string;
            /** @description The workload. */
            workload: string;
        };
        /** @description A slice of a split NVIDIA card. */
        MigDevice: {
            /**
             * Format: int64
             * @description Memory in MiB.
             * @default 0
             */
            memory_mb?: number;
            /**
             * @description Identity, as the driver gives it.
             * @default
             */
            uuid?: string;
        };
        /** @description How far a node is with making a workload's next revision ready. */
        NextState: {
            /** @description Why it could not be made ready; it is tried again. */
            error?: string | null;
            /** @description Everything that it needs is there. */
            ready: boolean;
            /**
             * Format: int64
             * @description The revision.
             */
            revision: number;
        };
        /** @description A text that a node signs with its key. */
        NodeChallenge: {
            /** @description The text. */
            challenge: string;
        };
        /** @description A node as the API shows it. */
        NodeItem: {
            /** @description Version of its agent. */
            agent_version?: string | null;
            /** @description Whether it was let in; otherwise it waits until an operator accepts it. */
            approved: boolean;
            /** @description What it is. */
            capabilities: components["schemas"]["Facts"];
            /** @description Takes no new work. */
            cordoned: boolean;
            drain?: components["schemas"]["Drain"] | null;
            /** @description Its GPUs and slices, and who has which part of them. */
            gpus?: components["schemas"]["GpuItem"][];
            /** @description Its identity. */
            id: string;
            /** @description Its address. */
            ip: string;
            /** @description Its labels. */
            labels: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description When it was last heard of.
             */
            last_seen?: string | null;
            /** @description Its name. */
            name: string;
            /**
             * Format: date-time
             * @description When it registered.
             */
            registered_at: string;
            /** @description Reserved and reservable amounts. */
            reserved: components["schemas"]["Reserved"];
            /** @description Its status. */
            status: components["schemas"]["NodeStatus"];
            /** @description Its taints. */
            taints: components["schemas"]["Taint"][];
            /** @description Its last heartbeat. */
            usage: components["schemas"]["Heartbeat"];
            /** @description Ids of the workloads assigned to it. */
            workloads: string[];
        };
        /** @description Body of `POST /api/v1/nodes/{id}/token`: who holds the key of the node. */
        NodeProof: {
            /** @description The challenge. */
            challenge: string;
            /** @description The Ed25519 signature over `miaas proof of a node 1`, a line feed, and the challenge: 128 hexadecimal digits. */
            signature: string;
        };
        /**
         * @description The one status shown for a node (N4).
         * @enum {string}
         */
        NodeStatus: "pending" | "online" | "unreachable" | "offline" | "draining" | "cordoned";
        /** @description Why a node could not take a workload. */
        NodeVerdict: {
            /** @description Its name. */
            name: string;
            /** @description The node. */
            node: string;
            /** @description Every reason. */
            reasons: components["schemas"]["RejectReason"][];
        };
        /** @description Signing in over a provider of OpenID Connect. */
        OidcMethod: {
            /** @description What people call the provider. */
            name: string;
            /** @description Where the browser goes; with `?to=/path` it comes back to that page. */
            path: string;
        };
        /**
         * @description What happens to a workload whose node is lost or drained.
         * @enum {string}
         */
        OnNodeLoss: "auto" | "move" | "stay";
        /** @description A page of a list. */
        Page_AuditEntry: {
            /** @description The items. */
            items: {
                /** @description The same afterwards. */
                after?: string | null;
                /**
                 * Format: date-time
                 * @description When the request was answered.
                 */
                at: string;
                /** @description Keyed digest of the object before; none when there was none. */
                before?: string | null;
                /** @description SHA-256 over this entry with an empty digest, as JSON without spaces and with the fields in this order. */
                digest: string;
                /** @description The address that the request came from. */
                from: string;
                /** @description The method of the request. */
                method: string;
                /**
                 * Format: int64
                 * @description Counts the entries, from 1.
                 */
                number: number;
                /** @description What it was about, as `kind/id`. */
                object?: string | null;
                /** @description Its path and query. */
                path: string;
                /** @description The digest of the entry before; empty for the first. */
                previous: string;
                role?: components["schemas"]["Role"] | null;
                /**
                 * Format: int32
                 * @description The status of the answer.
                 */
                status: number;
                /** @description The API key, or the join token, by its id. */
                who: string;
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_DeadLetter: {
            /** @description The items. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was given up.
                 */
                at: string;
                /** @description What the last try said. */
                error: string;
                /** @description The event. */
                event: components["schemas"]["Event"];
                /**
                 * Format: int32
                 * @description How often it was tried.
                 */
                tries: number;
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_DeploymentItem: {
            /** @description The items. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was created.
                 */
                created_at: string;
                /**
                 * Format: int64
                 * @description Counts the changes of what is wanted.
                 */
                generation: number;
                /** @description Its identity. */
                id: string;
                /** @description Its labels. */
                labels: {
                    [key: string]: string;
                };
                /** @description Its name. */
                name: string;
                /** @description Values of its parameters, passwords masked. */
                params: Record<string, unknown>;
                /** @description Where it may run. */
                placement: components["schemas"]["PlacementPolicy"];
                /**
                 * Format: int32
                 * @description Its priority.
                 */
                priority: number;
                /** @description What stands in its way. */
                problems: components["schemas"]["Problem"][];
                /**
                 * Format: int32
                 * @description How many are ready in the wanted version.
                 */
                ready: number;
                /**
                 * Format: date-time
                 * @description When it last became ready as wanted.
                 */
                ready_at?: string | null;
                /**
                 * Format: int32
                 * @description How many are wanted.
                 */
                replicas: number;
                /**
                 * Format: int64
                 * @description The revision of what it runs that is wanted.
                 */
                revision?: number;
                rollout?: components["schemas"]["RolloutItem"] | null;
                /** @description Its status. */
                status: components["schemas"]["DeploymentStatus"];
                /** @description Its template, or `compose`. */
                template: string;
                /** @description How it goes from one revision to the next. */
                update?: components["schemas"]["UpdatePolicy"];
                /**
                 * Format: date-time
                 * @description When what is wanted last changed.
                 */
                updated_at: string;
                /** @description Its workloads. */
                workloads: components["schemas"]["WorkloadItem"][];
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_EventItem: {
            /** @description The items. */
            items: (components["schemas"]["Event"] & {
                /**
                 * Format: int64
                 * @description Hand this back as `after` to go on behind this entry.
                 */
                cursor: number;
            })[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_KeyItem: {
            /** @description The items. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was created.
                 */
                created_at: string;
                /** @description For people. */
                description: string;
                /**
                 * Format: date-time
                 * @description When it expires; none is never.
                 */
                expires_at?: string | null;
                /** @description Its identity. */
                id: string;
                /**
                 * Format: date-time
                 * @description When it was last used, to some minutes; none is never.
                 */
                last_used_at?: string | null;
                /** @description What it may do. */
                role: components["schemas"]["Role"];
                /** @description Only deployments with these labels. */
                scope: {
                    [key: string]: string;
                };
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_NodeItem: {
            /** @description The items. */
            items: {
                /** @description Version of its agent. */
                agent_version?: string | null;
                /** @description Whether it was let in; otherwise it waits until an operator accepts it. */
                approved: boolean;
                /** @description What it is. */
                capabilities: components["schemas"]["Facts"];
                /** @description Takes no new work. */
                cordoned: boolean;
                drain?: components["schemas"]["Drain"] | null;
                /** @description Its GPUs and slices, and who has which part of them. */
                gpus?: components["schemas"]["GpuItem"][];
                /** @description Its identity. */
                id: string;
                /** @description Its address. */
                ip: string;
                /** @description Its labels. */
                labels: {
                    [key: string]: string;
                };
                /**
                 * Format: date-time
                 * @description When it was last heard of.
                 */
                last_seen?: string | null;
                /** @description Its name. */
                name: string;
                /**
                 * Format: date-time
                 * @description When it registered.
                 */
                registered_at: string;
                /** @description Reserved and reservable amounts. */
                reserved: components["schemas"]["Reserved"];
                /** @description Its status. */
                status: components["schemas"]["NodeStatus"];
                /** @description Its taints. */
                taints: components["schemas"]["Taint"][];
                /** @description Its last heartbeat. */
                usage: components["schemas"]["Heartbeat"];
                /** @description Ids of the workloads assigned to it. */
                workloads: string[];
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_RevisionItem: {
            /** @description The items. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                created_at: string;
                /** @description What is different from the one before. */
                differences: components["schemas"]["Difference"][];
                /**
                 * Format: int64
                 * @description Counts the versions, from 1.
                 */
                number: number;
                /**
                 * Format: int32
                 * @description How many replicas have it.
                 */
                replicas: number;
                /** @description It is the one that is wanted. */
                wanted: boolean;
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_SecretItem: {
            /** @description The items. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was first set.
                 */
                created_at: string;
                /** @description Its name. */
                name: string;
                /**
                 * Format: date-time
                 * @description When its value last changed.
                 */
                updated_at: string;
                /** @description Names of the deployments that refer to it. */
                used_by: string[];
                /**
                 * Format: int64
                 * @description Counts its values, from 1.
                 */
                version: number;
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_SessionItem: {
            /** @description The items. */
            items: {
                /** @description The address that they signed in from. */
                address: string;
                /**
                 * Format: date-time
                 * @description When they signed in.
                 */
                created_at: string;
                /** @description Whether it is the session of the caller. */
                current: boolean;
                /**
                 * Format: date-time
                 * @description When it ends at the latest.
                 */
                expires_at: string;
                /** @description By what they proved who they are. */
                from: components["schemas"]["SignedInBy"];
                /** @description Its identity. */
                id: string;
                /**
                 * Format: date-time
                 * @description When it was last used, to some minutes.
                 */
                last_used_at: string;
                /** @description Who is signed in; for an API key its id. */
                user: string;
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_StackItem: {
            /** @description The items. */
            items: {
                /** @description Its name. */
                name: string;
                /** @description Its services by name. */
                services: {
                    [key: string]: components["schemas"]["DeploymentItem"];
                };
                /** @description That of the service that is worst off. */
                status: components["schemas"]["DeploymentStatus"];
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_TemplateItem: {
            /** @description The items. */
            items: {
                /**
                 * @description Where it stands in the catalogue.
                 * @default
                 */
                category?: string;
                /**
                 * @description One sentence.
                 * @default
                 */
                description?: string;
                /**
                 * @description Executors that can run it, the preferred first.
                 * @default []
                 */
                executors?: string[];
                /**
                 * @description Its name.
                 * @default
                 */
                name?: string;
                /**
                 * @description Words to find it by.
                 * @default []
                 */
                tags?: string[];
                /**
                 * @description Title for people.
                 * @default
                 */
                title?: string;
                /**
                 * @description Its version.
                 * @default
                 */
                version?: string;
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_TokenItem: {
            /** @description The items. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was created.
                 */
                created_at: string;
                /** @description For people. */
                description: string;
                /**
                 * Format: date-time
                 * @description When it expires.
                 */
                expires_at: string;
                /** @description Its identity. */
                id: string;
                /** @description Labels for the nodes that join with it. */
                labels: {
                    [key: string]: string;
                };
                /**
                 * Format: int32
                 * @description How many more nodes may join with it.
                 */
                uses_left: number;
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_UserItem: {
            /** @description The items. */
            items: {
                /**
                 * Format: date-time
                 * @description When they were made.
                 */
                created_at: string;
                /** @description Whether they are kept out. */
                disabled: boolean;
                /**
                 * Format: date-time
                 * @description When they last signed in; none is never.
                 */
                last_sign_in_at?: string | null;
                /** @description What they sign in with. */
                name: string;
                /** @description What they may do. */
                role: components["schemas"]["Role"];
                /** @description Only deployments with these labels. */
                scope: {
                    [key: string]: string;
                };
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_WebhookItem: {
            /** @description The items. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                created_at: string;
                /** @description The newest event that is done: sent, not asked for, or given up. */
                cursor: components["schemas"]["u64"];
                /** @description Events that were given up and are kept. */
                dead: number;
                /** @description Reasons of the events that are sent; empty for all. */
                events: string[];
                /**
                 * Format: int64
                 * @description How often events were too old to be kept before they could be sent.
                 */
                gaps: number;
                /** @description Why the last try failed; none when it did not. */
                last_error?: string | null;
                /**
                 * Format: date-time
                 * @description When something last arrived, since this control plane leads.
                 */
                last_success?: string | null;
                min_severity?: components["schemas"]["Severity"] | null;
                /** @description Its name. */
                name: string;
                /**
                 * Format: date-time
                 * @description When it is tried again; none when nothing waits for that.
                 */
                next_try?: string | null;
                /** @description Where it sends to. */
                url: string;
                /** @description Events behind the cursor that are still to be sent. */
                waiting: number;
            }[];
            /** @description Hand this back as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description Body of `PATCH /api/v1/nodes/{id}/labels`. */
        PatchLabels: {
            /**
             * @description Keys to remove.
             * @default []
             */
            remove?: string[];
            /**
             * @description Labels to set.
             * @default {}
             */
            set?: {
                [key: string]: string;
            };
        };
        /**
         * @description Where a workload is in its life.
         * @enum {string}
         */
        Phase: "pending" | "preparing" | "starting" | "running" | "unhealthy" | "completed" | "failed" | "stopping" | "stopped";
        /** @description Where a deployment may run. */
        PlacementPolicy: {
            /**
             * @description Only where workloads of all these deployments are.
             * @default []
             */
            affinity?: components["schemas"]["AffinityTerm"][];
            /**
             * @description Only where no workload of these deployments is; it binds them as well.
             * @default []
             */
            anti_affinity?: components["schemas"]["AffinityTerm"][];
            /**
             * @description Never two live instances of one replica, also while nodes are cut off: a node that does not hear of the control plane
             *     stops it, and until that is sure nothing takes its place.
             * @default false
             */
            exclusive?: boolean;
            /**
             * Format: int32
             * @description At most so many of its workloads on one node.
             * @default null
             */
            max_per_node?: number | null;
            /**
             * Format: int32
             * @description With `spread_by`: no value of the label may have more than so many workloads above the value that has the fewest.
             *     Without it, spreading is a wish and not a condition.
             * @default null
             */
            max_skew?: number | null;
            /**
             * @description Only on this node.
             * @default null
             */
            node?: string | null;
            /**
             * @description Only on nodes with these labels.
             * @default {}
             */
            node_selector?: {
                [key: string]: string;
            };
            /**
             * @description Whether workloads move when their node is lost.
             * @default auto
             */
            on_node_loss?: components["schemas"]["OnNodeLoss"];
            /**
             * @description Workloads of a lower priority have to go when a replica finds no place otherwise, unless they keep data on their node.
             * @default false
             */
            preempt?: boolean;
            /**
             * @description Spread over the values of this node label.
             * @default null
             */
            spread_by?: string | null;
            /**
             * @description Name of the strategy; none means the server's default.
             * @default null
             */
            strategy?: string | null;
            /**
             * @description Taints that it tolerates.
             * @default []
             */
            tolerations?: components["schemas"]["Taint"][];
        };
        /** @description Answer to a plan (D4): what would change, where, and why. */
        PlanAnswer: {
            /** @description What would change, in order. */
            changes: components["schemas"]["PlanChange"][];
            /** @description What would stand in the way. */
            problems: components["schemas"]["Problem"][];
        };
        /** @description One change of a plan. */
        PlanChange: {
            /** @description `create`, `update`, `move`, `leave` or `remove`. */
            action: string;
            /** @description The Compose document as it would be rendered, for creations and updates. */
            compose?: string | null;
            /** @description Of which deployment. */
            deployment: string;
            /** @description Where. */
            node: string;
            /** @description That node's name. */
            node_name: string;
            /** @description The hardware variant of the template that it gets, where the template has several. */
            variant?: string | null;
            why?: components["schemas"]["Explanation"] | null;
            /** @description The workload. */
            workload: string;
        };
        /** @description A host port given to a port of a workload. */
        PortBinding: {
            /**
             * Format: int32
             * @description Port inside.
             */
            container: number;
            /**
             * Format: int32
             * @description Port of the host.
             */
            host: number;
            /** @description Name of the port in the template, for example `http`. */
            name: string;
            /** @description Transport. */
            protocol: components["schemas"]["Protocol"];
        };
        /** @description Something that stands in the way of a deployment. */
        Problem: {
            /** @description What to do. */
            hint?: string | null;
            /** @description `unplaceable`, `render`, `workload`, `node`, `drain`, `update` or `waiting`. */
            kind: string;
            /** @description In words. */
            message: string;
            unplaceable?: components["schemas"]["Unplaceable"] | null;
        };
        /**
         * @description Transport protocol of a port.
         * @enum {string}
         */
        Protocol: "tcp" | "udp";
        /** @description Progress of pulling images. */
        PullProgress: {
            /**
             * Format: int64
             * @description Bytes done.
             * @default 0
             */
            done_bytes?: number;
            /**
             * @description The image.
             * @default
             */
            image?: string;
            /**
             * Format: int64
             * @description Bytes known to be needed; grows while layers are discovered.
             * @default 0
             */
            total_bytes?: number;
        };
        /** @description Body of `PUT /api/v1/secrets/{name}`. */
        PutSecret: {
            /** @description The value, at most 64 KiB. It is never shown again. */
            value: string;
        };
        /** @description What to spend on moving workloads, and whether to do it. */
        Rebalance: {
            /**
             * @description Make the moves. Without it they are only shown.
             * @default false
             */
            apply?: boolean;
            /**
             * Format: int64
             * @description What a move has to gain that makes no room for something that waits, in thousandths of a GPU; none makes no such moves.
             * @default null
             */
            least_gain_milli?: number | null;
            /**
             * Format: int64
             * @description Most bytes that have to be loaded anew in all; none for any number.
             * @default null
             */
            max_bytes?: number | null;
            /**
             * Format: int64
             * @description Most moves; none for any number.
             * @default null
             */
            max_moves?: number | null;
            /**
             * Format: int64
             * @description Most seconds until everything that moved works again, one after the other; none for any number.
             * @default null
             */
            max_seconds?: number | null;
        };
        /** @description A rebalance plan. */
        RebalanceAnswer: {
            /**
             * @description Whether the moves are being made.
             * @default false
             */
            applied?: boolean;
            /**
             * Format: int64
             * @description Bytes that have to be loaded anew: an estimate.
             * @default 0
             */
            bytes?: number;
            /**
             * Format: int64
             * @description Thousandths of GPUs that all moves gain: room for what waits, and how much more of what runs could be placed.
             * @default 0
             */
            gained_milli?: number;
            /**
             * @description The moves, in the order in which each finds its target free.
             * @default []
             */
            moves?: components["schemas"]["RebalanceMove"][];
            /**
             * @description What waits now and has a place after them.
             * @default []
             */
            placed?: components["schemas"]["RebalancePlaced"][];
            /**
             * Format: int64
             * @description Seconds until everything that moved works again, one after the other: an estimate.
             * @default 0
             */
            seconds?: number;
            /**
             * @description Why there are not more moves.
             * @default
             */
            stopped?: string;
        };
        /** @description One workload that moves. */
        RebalanceMove: {
            /**
             * Format: int64
             * @description Bytes that the new node has to load.
             */
            bytes: number;
            /** @description Name of the node that it is on. */
            from: string;
            /**
             * Format: int64
             * @description Thousandths of GPUs gained up to and with this move.
             */
            gained_milli: number;
            /**
             * Format: int64
             * @description Seconds until it works there.
             */
            seconds: number;
            /** @description Name of the node that it goes to. */
            to: string;
            /** @description The workload. */
            workload: string;
        };
        /** @description A workload that waits and gets a place. */
        RebalancePlaced: {
            /** @description Name of the node. */
            to: string;
            /** @description The workload. */
            workload: string;
        };
        /** @description What became of dead letters that were sent again. */
        Redelivered: {
            /**
             * @description How many arrived, and are no dead letters any more.
             * @default 0
             */
            delivered?: number;
            /**
             * @description Why it ended before all had arrived.
             * @default null
             */
            error?: string | null;
            /**
             * @description How many are left.
             * @default 0
             */
            left?: number;
        };
        /** @description Answer to a registration. */
        RegisteredNode: {
            /** @description Where the agent goes on talking to. */
            control_plane_url: string;
            /** @description Identity of the node. */
            node_id: string;
            /** @description Its credential; shown here only. None while it waits until an operator accepts it: then its key gets it one. */
            node_token?: string | null;
        };
        /** @description Body of `POST /api/v1/nodes/register` (N1). */
        RegisterNode: {
            /** @description Version of its agent. */
            agent_version?: string | null;
            /** @description What it is. */
            capabilities: components["schemas"]["Facts"];
            /** @description Address of the node. */
            ip: string;
            /** @description Name of the node, usually its host name. */
            name: string;
            /** @description Its Ed25519 public key, 64 hexadecimal digits: with the private half it gets fresh tokens later. */
            public_key?: string | null;
        };
        /** @description One reason why a node cannot take a workload. */
        RejectReason: {
            /** @enum {string} */
            reason: "not_schedulable";
            /** @description Its status. */
            status: string;
        } | {
            /**
             * Format: int64
             * @description Not reserved.
             */
            free: number;
            /**
             * Format: int64
             * @description Asked for.
             */
            needed: number;
            /** @enum {string} */
            reason: "insufficient";
            /** @description `cpu (milli)`, `memory (MiB)`, `disk (MiB)` or `gpu`. */
            resource: string;
            /**
             * Format: int64
             * @description Allocatable.
             */
            total: number;
        } | {
            /** @description The value of the node. */
            found?: string | null;
            /** @description The key. */
            key: string;
            /** @enum {string} */
            reason: "label";
            /** @description The wanted value. */
            wanted: string;
        } | {
            /** @description The key. */
            key: string;
            /** @enum {string} */
            reason: "taint";
            /** @description The value. */
            value: string;
        } | {
            /** @description A workload, or `another process of the node`. */
            by: string;
            /**
             * Format: int32
             * @description The port.
             */
            port: number;
            /** @description The transport. */
            protocol: string;
            /** @enum {string} */
            reason: "port_taken";
        } | {
            /** @description What it needs. */
            needed: string[];
            /** @description What the node has. */
            offered: string[];
            /** @enum {string} */
            reason: "executor";
        } | {
            /** @description What the node is. */
            found: string;
            /** @description What it needs. */
            needed: string[];
            /** @enum {string} */
            reason: "architecture";
        } | {
            /** @enum {string} */
            reason: "other_node";
            /** @description The wanted node. */
            wanted: string;
        } | {
            /** @description Name of the node, or its id when it is not there. */
            on: string;
            /** @enum {string} */
            reason: "volume";
        } | {
            /** @description The other deployment. */
            deployment: string;
            /** @description `on the node`, or `where zone=a`. */
            place: string;
            /** @enum {string} */
            reason: "affinity";
        } | {
            /**
             * Format: int64
             * @description How many of its workloads are there.
             */
            count: number;
            /** @description The other deployment. */
            deployment: string;
            /** @description `on the node`, or `where zone=a`. */
            place: string;
            /** @enum {string} */
            reason: "anti_affinity";
        } | {
            /**
             * Format: int64
             * @description How many run at this value.
             */
            count: number;
            /** @description The label. */
            label: string;
            /**
             * Format: int64
             * @description How many run at the value with the fewest.
             */
            least: number;
            /**
             * Format: int32
             * @description How many more are allowed.
             */
            max: number;
            /** @enum {string} */
            reason: "skew";
            /** @description Its value on the node; a node without the label is never part of a spread. */
            value?: string | null;
        } | {
            /**
             * Format: int32
             * @description How many run.
             */
            count: number;
            /**
             * Format: int32
             * @description The limit.
             */
            max: number;
            /** @enum {string} */
            reason: "max_per_node";
        } | {
            /** @enum {string} */
            reason: "avoided";
            /** @description Why. */
            why: string;
        } | {
            /** @description The filter. */
            filter: string;
            /** @description What it says. */
            message: string;
            /** @enum {string} */
            reason: "other";
        };
        /** @description Answer to a rendering. */
        RenderedTemplate: {
            /**
             * @description The Compose document; empty for Kubernetes.
             * @default
             */
            compose?: string;
            /**
             * @description The objects as YAML documents; empty for Docker.
             * @default
             */
            kubernetes?: string;
            /**
             * @description What Compose says and the objects do not.
             * @default []
             */
            warnings?: string[];
        };
        /**
         * @description What a template is rendered for.
         * @enum {string}
         */
        RenderTarget: "docker" | "kubernetes";
        /** @description Body of `POST /api/v1/templates/{name}/render`. */
        RenderTemplate: {
            /**
             * @description Kubernetes: name of the deployment; none takes the template's.
             * @default null
             */
            name?: string | null;
            /**
             * @description Kubernetes: the namespace; none makes one of the deployment's name.
             * @default null
             */
            namespace?: string | null;
            /** @description Values of its parameters. */
            params?: Record<string, unknown>;
            /**
             * @description What it is rendered for.
             * @default docker
             */
            target?: components["schemas"]["RenderTarget"];
        };
        /** @description A fresh credential of a node. */
        RenewedToken: {
            /** @description The credential; shown here only. */
            node_token: string;
        };
        /** @description Reserved and reservable amounts of a node. */
        Reserved: {
            /**
             * Format: int64
             * @description Thousandths of a processor reserved.
             */
            cpu_milli: number;
            /**
             * Format: int64
             * @description Thousandths of a processor that can be reserved.
             */
            cpu_milli_total: number;
            /**
             * Format: int64
             * @description MiB of memory reserved.
             */
            mem_mib: number;
            /**
             * Format: int64
             * @description MiB of memory that can be reserved.
             */
            mem_mib_total: number;
        };
        /** @description What a workload reserves on a node. */
        Resources: {
            /**
             * Format: int64
             * @description Thousandths of a processor.
             * @default 0
             */
            cpu_milli?: number;
            /**
             * Format: int64
             * @description Disk in MiB.
             * @default 0
             */
            disk_mib?: number;
            /** @default null */
            gpu?: components["schemas"]["GpuRequest"] | null;
            /**
             * Format: int64
             * @description Memory in MiB.
             * @default 0
             */
            mem_mib?: number;
        };
        /** @description One version of what a deployment runs. */
        RevisionItem: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description What is different from the one before. */
            differences: components["schemas"]["Difference"][];
            /**
             * Format: int64
             * @description Counts the versions, from 1.
             */
            number: number;
            /**
             * Format: int32
             * @description How many replicas have it.
             */
            replicas: number;
            /** @description It is the one that is wanted. */
            wanted: boolean;
        };
        /**
         * @description What a key may do. Each role may do all that the ones before it may.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "admin";
        /** @description Body of `POST /api/v1/deployments/{id}/rollback`. */
        Rollback: {
            /**
             * Format: int64
             * @description The revision to make the wanted one again; none takes the last one that was ready before the present one.
             * @default null
             */
            revision?: number | null;
        };
        /** @description How far a deployment is on its way to a revision. */
        RolloutItem: {
            /**
             * Format: int64
             * @description The last revision that was ready as a whole before.
             */
            from?: number | null;
            /** @description Where it is. */
            phase: components["schemas"]["RolloutPhase"];
            /**
             * Format: date-time
             * @description When it last came a step further.
             */
            progressed_at: string;
            /** @description Why it failed. */
            reason?: string | null;
            /**
             * Format: date-time
             * @description When it began.
             */
            started_at: string;
            /**
             * Format: int64
             * @description The revision that was wanted.
             */
            to: number;
            /**
             * Format: int32
             * @description How many replicas have been given that revision.
             */
            updated: number;
        };
        /**
         * @description Where a rollout is.
         * @enum {string}
         */
        RolloutPhase: "progressing" | "complete" | "rolled_back" | "failed";
        /** @description Answer to a rotation of the keys for what is stored. */
        RotatedSeal: {
            /** @description Fingerprint of the master key. */
            master_key: string;
            /** @description How many objects were sealed anew. */
            objects: number;
            /** @description Names the key that seals from now on. */
            root_key: string;
        };
        /** @description Body of `POST /api/v1/seal/rotate`: new keys for what is stored. */
        RotateSeal: {
            /**
             * @description Also a new master key, where that lies in a file of the server.
             * @default false
             */
            master?: boolean;
        };
        /**
         * @description Whether a deployment should run.
         * @enum {string}
         */
        RunState: "running" | "stopped";
        /** @description A secret as the API shows it: without its value. */
        SecretItem: {
            /**
             * Format: date-time
             * @description When it was first set.
             */
            created_at: string;
            /** @description Its name. */
            name: string;
            /**
             * Format: date-time
             * @description When its value last changed.
             */
            updated_at: string;
            /** @description Names of the deployments that refer to it. */
            used_by: string[];
            /**
             * Format: int64
             * @description Counts its values, from 1.
             */
            version: number;
        };
        /** @description The state of one service of a workload. */
        ServiceState: {
            /**
             * @description The end of its output or the engine's error, when it failed.
             * @default null
             */
            error?: string | null;
            /**
             * Format: int64
             * @description Exit code of the last run.
             * @default null
             */
            exit_code?: number | null;
            /**
             * @description What its health check says; none without a check.
             * @default null
             */
            healthy?: boolean | null;
            /**
             * @description Container id or process id.
             * @default
             */
            instance?: string;
            /**
             * @description Whether it ended and will be started again without anybody asking, as engines do with what crashes.
             * @default false
             */
            restarting?: boolean;
            /**
             * Format: int32
             * @description How often it was started again.
             * @default 0
             */
            restarts?: number;
            /**
             * @description Whether its container or process runs.
             * @default false
             */
            running?: boolean;
        };
        /** @description Who calls, and what they may do. */
        SessionInfo: {
            /** @description What requests of the page that change something send as `x-miaas-csrf`; absent for a caller without a session. */
            csrf?: string | null;
            /**
             * Format: date-time
             * @description When the session ends at the latest; absent for a caller without one.
             */
            expires_at?: string | null;
            /** @description By what they proved who they are. */
            from: components["schemas"]["SignedInBy"];
            /** @description What they may do. */
            role: components["schemas"]["Role"];
            /** @description Only deployments with these labels; none for everything. */
            scope: {
                [key: string]: string;
            };
            /** @description The user; for an API key its id. */
            user: string;
        };
        /** @description A browser at which somebody is signed in. */
        SessionItem: {
            /** @description The address that they signed in from. */
            address: string;
            /**
             * Format: date-time
             * @description When they signed in.
             */
            created_at: string;
            /** @description Whether it is the session of the caller. */
            current: boolean;
            /**
             * Format: date-time
             * @description When it ends at the latest.
             */
            expires_at: string;
            /** @description By what they proved who they are. */
            from: components["schemas"]["SignedInBy"];
            /** @description Its identity. */
            id: string;
            /**
             * Format: date-time
             * @description When it was last used, to some minutes.
             */
            last_used_at: string;
            /** @description Who is signed in; for an API key its id. */
            user: string;
        };
        /**
         * @description How much an event matters.
         * @enum {string}
         */
        Severity: "info" | "warning" | "error";
        /**
         * @description By what somebody proved who they are.
         * @enum {string}
         */
        SignedInBy: "password" | "key" | "oidc";
        /** @description Body of `POST /api/v1/session`: a user with a password, or an API key, or the code of a link. */
        SignIn: {
            /**
             * @description The code of a link, in place of all of these.
             * @default null
             */
            code?: string | null;
            /**
             * @description An API key, in place of both.
             * @default null
             */
            key?: string | null;
            /**
             * @description The password of the user.
             * @default null
             */
            password?: string | null;
            /**
             * @description The user, together with the password.
             * @default null
             */
            user?: string | null;
        };
        /** @description Answer of `POST /api/v1/session/link`: what signs the caller in at a browser, once. */
        SignInLink: {
            /** @description For `POST /api/v1/session`; the page takes it from its address: `/sign-in#code=CODE`. */
            code: string;
            /**
             * Format: date-time
             * @description Until when it is good.
             */
            expires_at: string;
        };
        /** @description How users can sign in at this server. */
        SignInMethods: {
            /** @description With an API key. */
            key: boolean;
            oidc?: components["schemas"]["OidcMethod"] | null;
            /** @description With the password of a user. */
            password: boolean;
        };
        /**
         * @description What becomes of a service.
         * @enum {string}
         */
        StackAction: "create" | "update" | "unchanged" | "remove";
        /** @description What applying a stack does to each service. */
        StackAnswer: {
            /** @description With a dry run: what would change on the nodes. */
            changes?: components["schemas"]["PlanChange"][];
            /** @description What of a service's specification changes, for those that are changed. */
            differences?: {
                [key: string]: components["schemas"]["Difference"][];
            };
            /** @description With a dry run: what would stand in the way, by service. */
            problems?: {
                [key: string]: components["schemas"]["Problem"][];
            };
            /** @description Services that are created, changed, removed or unchanged, by name. */
            services: {
                [key: string]: components["schemas"]["StackAction"];
            };
        };
        /** @description A stack as people see it: the deployments that carry its name. */
        StackItem: {
            /** @description Its name. */
            name: string;
            /** @description Its services by name. */
            services: {
                [key: string]: components["schemas"]["DeploymentItem"];
            };
            /** @description That of the service that is worst off. */
            status: components["schemas"]["DeploymentStatus"];
        };
        /**
         * @description One service of a stack. Values of `params` and `env` can refer to others: `${services.db.url}`,
         *     `${services.db.secrets.password}`, `${secrets.hf-token}`. A value of `params`, `env` or `files` that is `${stored}` stays as it is
         *     stored.
         */
        StackService: {
            /**
             * @description Compose document to run.
             * @default null
             */
            compose?: string | null;
            /**
             * @description Services that have to be ready before it starts. Those that it refers to need not be named.
             * @default []
             */
            depends_on?: string[];
            /**
             * @description Variables for the document.
             * @default {}
             */
            env?: {
                [key: string]: string;
            };
            /**
             * @description Other files of the document, by their path from its directory.
             * @default {}
             */
            files?: {
                [key: string]: string;
            };
            /**
             * @description Labels.
             * @default {}
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @description Which of `files` are merged over the document, in this order.
             * @default []
             */
            overrides?: string[];
            /**
             * @description Parameter values; what is missing takes its default.
             * @default {}
             */
            params?: {
                [key: string]: unknown;
            };
            /**
             * @description Where.
             * @default {
             *       "max_per_node": null,
             *       "node": null,
             *       "node_selector": {},
             *       "on_node_loss": "auto",
             *       "spread_by": null,
             *       "strategy": null,
             *       "tolerations": []
             *     }
             */
            placement?: components["schemas"]["PlacementPolicy"];
            /**
             * Format: int32
             * @description Higher goes first when capacity is short.
             * @default 0
             */
            priority?: number;
            /**
             * Format: int32
             * @description How many instances; none is 1.
             * @default null
             */
            replicas?: number | null;
            /**
             * @description Template to run; either this or `compose`.
             * @default null
             */
            template?: string | null;
            /**
             * @description How it goes from one revision to the next.
             * @default {
             *       "canary": {
             *         "hold_seconds": 30,
             *         "manual": false,
             *         "replicas": 1
             *       },
             *       "max_surge": 0,
             *       "max_unavailable": 1,
             *       "min_ready_seconds": 0,
             *       "paused": false,
             *       "progress_deadline_seconds": 600,
             *       "rollback": true,
             *       "strategy": "rolling"
             *     }
             */
            update?: components["schemas"]["UpdatePolicy"];
        };
        /** @description State of the control plane. */
        Status: {
            /** @description Deployments by status. */
            deployments: {
                [key: string]: number;
            };
            /** @description Why no node is given up at present, when the mass-failure guard holds (N4). */
            guard?: string | null;
            /** @description Nodes by status. */
            nodes: {
                [key: string]: number;
            };
            /** @description Version of the server. */
            version: string;
        };
        /** @description What an event is about. */
        Subject: {
            /** @description The deployment that it belongs to, when it does. */
            deployment?: string | null;
            /** @description Its id. */
            id: string;
            /** @description `node`, `deployment` or `workload`. */
            kind: string;
            /** @description Its name for people. */
            name: string;
        };
        /** @description Repels workloads from a node. */
        Taint: {
            /** @description Key. */
            key: string;
            /** @description Value, may be empty. */
            value?: string;
        };
        /** @description A template with everything that is known of it. */
        TemplateDetail: {
            /** @description Its manifest, as `template.yaml` has it. */
            manifest?: Record<string, unknown>;
            /**
             * @description Its README in Markdown.
             * @default
             */
            readme?: string;
            /** @description JSON Schema of its parameters. */
            schema?: Record<string, unknown>;
        };
        /** @description A template as lists show it. */
        TemplateItem: {
            /**
             * @description Where it stands in the catalogue.
             * @default
             */
            category?: string;
            /**
             * @description One sentence.
             * @default
             */
            description?: string;
            /**
             * @description Executors that can run it, the preferred first.
             * @default []
             */
            executors?: string[];
            /**
             * @description Its name.
             * @default
             */
            name?: string;
            /**
             * @description Words to find it by.
             * @default []
             */
            tags?: string[];
            /**
             * @description Title for people.
             * @default
             */
            title?: string;
            /**
             * @description Its version.
             * @default
             */
            version?: string;
        };
        /** @description A join token as the API shows it: without the token. */
        TokenItem: {
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /** @description For people. */
            description: string;
            /**
             * Format: date-time
             * @description When it expires.
             */
            expires_at: string;
            /** @description Its identity. */
            id: string;
            /** @description Labels for the nodes that join with it. */
            labels: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description How many more nodes may join with it.
             */
            uses_left: number;
        };
        /** Format: int64 */
        u64: number;
        /** @description Why a group cannot be placed. */
        Unplaceable: {
            /** @description Every node with its reasons (at most 64). */
            by_node: components["schemas"]["NodeVerdict"][];
            /** @description Changes that were tried, and after each of which the whole group has a place. */
            counterfactuals?: components["schemas"]["Counterfactual"][];
            /** @description How many nodes each kind of obstacle keeps away, most first; a node counts for every kind that it has. */
            excluded?: components["schemas"]["Excluded"][];
            /** @description What would help. */
            hints: string[];
            /** @description In one sentence. */
            summary: string;
            /** @description The workload that found no place. */
            workload: string;
        };
        /** @description Body of `PATCH /api/v1/deployments/{id}`: what is absent stays as it is. */
        UpdateDeployment: {
            /**
             * @description A new Compose document, for deployments made from one.
             * @default null
             */
            compose?: string | null;
            /**
             * @description Variables for it.
             * @default null
             */
            env?: {
                [key: string]: string;
            } | null;
            /**
             * @description The files that it refers to, by their path from its directory.
             * @default null
             */
            files?: {
                [key: string]: string;
            } | null;
            /**
             * @description Labels.
             * @default null
             */
            labels?: {
                [key: string]: string;
            } | null;
            /**
             * @description Which of the files are merged over it, in this order.
             * @default null
             */
            overrides?: string[] | null;
            /** @description Values to set; null takes a parameter back to its default. */
            params?: Record<string, unknown>;
            /** @default null */
            placement?: components["schemas"]["PlacementPolicy"] | null;
            /**
             * Format: int32
             * @description Priority.
             * @default null
             */
            priority?: number | null;
            /**
             * Format: int32
             * @description How many.
             * @default null
             */
            replicas?: number | null;
            /**
             * @description Start everything anew.
             * @default false
             */
            restart?: boolean;
            /** @default null */
            state?: components["schemas"]["RunState"] | null;
            /** @default null */
            update?: components["schemas"]["UpdatePolicy"] | null;
        };
        /** @description How a deployment goes from one revision to the next (D2). */
        UpdatePolicy: {
            /**
             * @description With `canary`: what comes first.
             * @default {
             *       "hold_seconds": 30,
             *       "manual": false,
             *       "replicas": 1
             *     }
             */
            canary?: components["schemas"]["Canary"];
            /**
             * Format: int32
             * @description So many replicas may run beside those that they replace, wherever there is room. Replicas that keep data in a volume
             *     of their node are always replaced in place.
             * @default 0
             */
            max_surge?: number;
            /**
             * Format: int32
             * @description At most so many replicas may be unavailable because of the update.
             * @default 1
             */
            max_unavailable?: number;
            /**
             * Format: int64
             * @description Seconds that a replica has to be ready before it counts.
             * @default 0
             */
            min_ready_seconds?: number;
            /**
             * @description Nothing more is replaced while this is set.
             * @default false
             */
            paused?: boolean;
            /**
             * Format: int64
             * @description Seconds without progress after which the update has failed.
             * @default 600
             */
            progress_deadline_seconds?: number;
            /**
             * @description Whether a failed update goes back to the last revision that was ready.
             * @default true
             */
            rollback?: boolean;
            /**
             * @description In which order.
             * @default rolling
             */
            strategy?: components["schemas"]["UpdateStrategy"];
        };
        /**
         * @description In which order replicas are replaced.
         * @enum {string}
         */
        UpdateStrategy: "rolling" | "recreate" | "canary";
        /** @description Body of `PATCH /api/v1/users/{name}`. What is left out stays. */
        UpdateUser: {
            /**
             * @description Keeps them out, or lets them in again.
             * @default null
             */
            disabled?: boolean | null;
            /**
             * @description Another password. Whoever is signed in with the old one is signed out.
             * @default null
             */
            password?: string | null;
            /** @default null */
            role?: components["schemas"]["Role"] | null;
            /**
             * @description Only deployments that have all of these labels.
             * @default null
             */
            scope?: {
                [key: string]: string;
            } | null;
        };
        /** @description A user as the API shows it: without the password. */
        UserItem: {
            /**
             * Format: date-time
             * @description When they were made.
             */
            created_at: string;
            /** @description Whether they are kept out. */
            disabled: boolean;
            /**
             * Format: date-time
             * @description When they last signed in; none is never.
             */
            last_sign_in_at?: string | null;
            /** @description What they sign in with. */
            name: string;
            /** @description What they may do. */
            role: components["schemas"]["Role"];
            /** @description Only deployments with these labels. */
            scope: {
                [key: string]: string;
            };
        };
        /** @description A webhook and how far its sending has come. */
        WebhookItem: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description The newest event that is done: sent, not asked for, or given up. */
            cursor: components["schemas"]["u64"];
            /** @description Events that were given up and are kept. */
            dead: number;
            /** @description Reasons of the events that are sent; empty for all. */
            events: string[];
            /**
             * Format: int64
             * @description How often events were too old to be kept before they could be sent.
             */
            gaps: number;
            /** @description Why the last try failed; none when it did not. */
            last_error?: string | null;
            /**
             * Format: date-time
             * @description When something last arrived, since this control plane leads.
             */
            last_success?: string | null;
            min_severity?: components["schemas"]["Severity"] | null;
            /** @description Its name. */
            name: string;
            /**
             * Format: date-time
             * @description When it is tried again; none when nothing waits for that.
             */
            next_try?: string | null;
            /** @description Where it sends to. */
            url: string;
            /** @description Events behind the cursor that are still to be sent. */
            waiting: number;
        };
        /** @description Changes to think of, one after the other. Nothing is changed. */
        WhatIf: {
            /** @description The changes. */
            changes: components["schemas"]["WhatIfChange"][];
        };
        /** @description What would happen. */
        WhatIfAnswer: {
            /**
             * @description Names of the nodes that were added.
             * @default []
             */
            added?: string[];
            /**
             * @description What they would have.
             * @default {
             *       "cpu_milli": 0,
             *       "cpu_milli_free": 0,
             *       "gpu_mib": 0,
             *       "gpu_mib_free": 0,
             *       "mem_mib": 0,
             *       "mem_mib_free": 0,
             *       "nodes": 0
             *     }
             */
            after?: components["schemas"]["WhatIfRoom"];
            /**
             * @description What the nodes that take work have now.
             * @default {
             *       "cpu_milli": 0,
             *       "cpu_milli_free": 0,
             *       "gpu_mib": 0,
             *       "gpu_mib_free": 0,
             *       "mem_mib": 0,
             *       "mem_mib_free": 0,
             *       "nodes": 0
             *     }
             */
            before?: components["schemas"]["WhatIfRoom"];
            /**
             * @description Workloads that would have no place.
             * @default []
             */
            lost?: components["schemas"]["WhatIfLost"][];
            /**
             * @description Workloads that would run on another node.
             * @default []
             */
            moved?: components["schemas"]["WhatIfPlace"][];
            /**
             * @description Workloads that wait now and would have a place.
             * @default []
             */
            placed?: components["schemas"]["WhatIfPlace"][];
        };
        /** @description A change to think of. Nodes and deployments by id or name. */
        WhatIfChange: {
            /** @enum {string} */
            change: "remove_node";
            /** @description The node. */
            node: string;
        } | {
            /** @enum {string} */
            change: "add_nodes";
            /**
             * Format: int32
             * @description How many.
             */
            count: number;
            /** @description The node that they are like. */
            like: string;
        } | {
            /** @enum {string} */
            change: "cordon";
            /** @description The node. */
            node: string;
        } | {
            /** @enum {string} */
            change: "resources";
            /** @description The deployment. */
            deployment: string;
            /** @description What each would ask for. */
            resources: components["schemas"]["Resources"];
        };
        /** @description A workload that would have no place. */
        WhatIfLost: {
            /** @description Name of the node that it is on now; none when it waits. */
            from?: string | null;
            unplaceable?: components["schemas"]["Unplaceable"] | null;
            /** @description Why, in one sentence. */
            why: string;
            /** @description The workload. */
            workload: string;
        };
        /** @description Where a workload would be. */
        WhatIfPlace: {
            /** @description Name of the node that it is on now; none when it waits. */
            from?: string | null;
            /** @description Name of the node that it would be on. */
            to: string;
            /** @description Why there, in one sentence. */
            why: string;
            /** @description The workload. */
            workload: string;
        };
        /** @description What nodes that take work have in all. */
        WhatIfRoom: {
            /**
             * Format: int64
             * @description Thousandths of processors.
             * @default 0
             */
            cpu_milli?: number;
            /**
             * Format: int64
             * @description What is free of them.
             * @default 0
             */
            cpu_milli_free?: number;
            /**
             * Format: int64
             * @description Memory of GPUs in MiB.
             * @default 0
             */
            gpu_mib?: number;
            /**
             * Format: int64
             * @description What is free of it.
             * @default 0
             */
            gpu_mib_free?: number;
            /**
             * Format: int64
             * @description Memory in MiB.
             * @default 0
             */
            mem_mib?: number;
            /**
             * Format: int64
             * @description What is free of it.
             * @default 0
             */
            mem_mib_free?: number;
            /**
             * @description How many nodes.
             * @default 0
             */
            nodes?: number;
        };
        /** @description One workload of a deployment as the API shows it. */
        WorkloadItem: {
            /**
             * Format: date-time
             * @description When its state last changed.
             */
            at?: string | null;
            /** @description GPUs that it got. */
            devices: components["schemas"]["DeviceShare"][];
            /** @description Its identity. */
            id: string;
            /** @description Waits for its successor, then goes. */
            leaving: boolean;
            /**
             * Format: int64
             * @description The revision that is made ready to take its place.
             */
            next?: number | null;
            /** @description Where it runs. */
            node: string;
            /** @description That node's address. */
            node_ip?: string | null;
            /** @description That node's name. */
            node_name?: string | null;
            /** @description Host ports that it got. */
            ports: components["schemas"]["PortBinding"][];
            /** @description Whether it is ready in the wanted version. */
            ready: boolean;
            /**
             * Format: int64
             * @description The revision that it was given.
             */
            revision?: number;
            /**
             * Format: int32
             * @description Its slot.
             */
            slot: number;
            /** @description Its state. */
            state: components["schemas"]["WorkloadState"];
            /** @description Hardware variant of the template that was placed. */
            variant?: string | null;
            /** @description Why there. */
            why: components["schemas"]["Explanation"];
        };
        /** @description The state of one workload on its node. */
        WorkloadState: {
            /**
             * @description What is the matter, in words, with what the engine or registry answered.
             * @default null
             */
            message?: string | null;
            /** @default null */
            next?: components["schemas"]["NextState"] | null;
            /**
             * @description Where it is.
             * @default pending
             */
            phase?: components["schemas"]["Phase"];
            /** @default null */
            progress?: components["schemas"]["PullProgress"] | null;
            /**
             * Format: int64
             * @description Generation of the deployment of what runs.
             * @default null
             */
            running_generation?: number | null;
            /**
             * @description Hash of what runs; differs from the wanted one while an update is under way or failed.
             * @default null
             */
            running_hash?: string | null;
            /**
             * @description Its services.
             * @default {}
             */
            services?: {
                [key: string]: components["schemas"]["ServiceState"];
            };
            /** @default null */
            taken_port?: components["schemas"]["HostPort"] | null;
            /**
             * @description Hash of what was wanted when this was reported: a report that does not know of a change yet says nothing about it.
             * @default null
             */
            wanted_hash?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health_index: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    audit_list: {
        parameters: {
            query?: {
                /** @description Only entries behind the one of this number; 0 begins with the first. */
                after?: number;
                /** @description Only entries before the one of this number. */
                before?: number;
                /** @description At most so many, the oldest; 1 to 1000, 100 unless given. */
                limit?: number;
                /** @description At most so many, the newest; 1 to 1000. */
                tail?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditEntry"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backup_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBackup"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_list: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description At most so many, 1 to 1000; 100 unless given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DeploymentItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_create: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: {
                /** @description Chosen by the caller, 1 to 255 characters */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDeployment"];
            };
        };
        responses: {
            /** @description With `dry_run` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_remove: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: {
                /** @description Refused with 412 unless this is the present `ETag` */
                "If-Match"?: string | null;
            };
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `dry_run` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_update: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: {
                /** @description Refused with 412 unless this is the present `ETag` */
                "If-Match"?: string | null;
            };
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateDeployment"];
            };
        };
        responses: {
            /** @description With `dry_run` a `PlanAnswer` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_lines: {
        parameters: {
            query?: {
                /** @description Wait for more. */
                follow?: boolean;
                /** @description Only this service. */
                service?: string;
                /** @description Not older than this. */
                since?: string;
                /** @description At most so many lines from the end, per service. */
                tail?: number;
            };
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["LogLine"];
                    "text/plain": string;
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_outputs: {
        parameters: {
            query?: {
                /** @description With `true` passwords are part of the answer. */
                reveal?: boolean;
            };
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_revisions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RevisionItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_rollback: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: {
                /** @description Refused with 412 unless this is the present `ETag` */
                "If-Match"?: string | null;
            };
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rollback"];
            };
        };
        responses: {
            /** @description With `dry_run` a `PlanAnswer` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    events_events: {
        parameters: {
            query?: {
                /** @description Only events behind this cursor. */
                after?: number;
                /** @description At most about so many, 1 to 1000; 100 unless given. Does not limit the stream. */
                limit?: number;
                /** @description Only the newest, at most so many, 1 to 1000. A stream begins with them. */
                tail?: number;
            };
            header?: {
                /** @description Cursor to go on behind, for the stream */
                "Last-Event-ID"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EventItem"];
                    "text/event-stream": components["schemas"]["EventItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    keys_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_KeyItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    keys_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKey"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    keys_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_list: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Only nodes with these labels: `key=value`, several separated by commas. */
                label?: string;
                /** @description At most so many, 1 to 1000; 100 unless given. */
                limit?: number;
                /** @description Only nodes of this status. */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_NodeItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_remove: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
                /** @description Also a node that has workloads: they end there and are placed elsewhere, their data stays behind. */
                force?: boolean;
            };
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has workloads; the message names them */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_approve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_challenge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the node */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeChallenge"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_cordon: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `dry_run` a `PlanAnswer` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_deploy: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DirectDeploy"];
            };
        };
        responses: {
            /** @description With `dry_run` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentItem"] | null;
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_drain: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DrainNode"];
            };
        };
        responses: {
            /** @description With `dry_run` a `PlanAnswer` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_heartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the node that the token belongs to */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Heartbeat"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeartbeatAck"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_label: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchLabels"];
            };
        };
        responses: {
            /** @description With `dry_run` a `PlanAnswer` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the node that the token belongs to */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON text messages follow, the agent says `hello` first */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the node */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NodeProof"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenewedToken"];
                };
            };
            /** @description No operator has accepted it yet */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_uncordon: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description Id or name */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `dry_run` a `PlanAnswer` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nodes_register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterNode"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredNode"];
                };
            };
            /** @description It waits until an operator accepts it */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredNode"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    placement_rebalance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rebalance"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RebalanceAnswer"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    placement_what_if: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WhatIf"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIfAnswer"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_plan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDeployment"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    secrets_rotate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateSeal"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedSeal"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    secrets_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SecretItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    secrets_put: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the secret */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutSecret"];
            };
        };
        responses: {
            /** @description With `dry_run` a `PlanAnswer` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    secrets_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the secret */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionInfo"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionInfo"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_remove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInLink"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_methods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInMethods"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_begin: {
        parameters: {
            query?: {
                /** @description The page to come back to */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_finish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SessionItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the session */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    stacks_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_StackItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    stacks_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the stack */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StackItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    stacks_apply: {
        parameters: {
            query?: {
                /** @description With `true` nothing changes, and the answer (200) is the plan. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the stack */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplyStack"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StackAnswer"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    stacks_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the stack */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StackAnswer"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    stacks_file: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the stack */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    status_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    templates_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TemplateItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    templates_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the template */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateDetail"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    templates_render: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the template */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenderTemplate"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenderedTemplate"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    tokens_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TokenItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    tokens_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateToken"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedToken"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    tokens_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the token */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    users_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_UserItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    users_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUser"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    users_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the user */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    users_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the user */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUser"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    webhooks_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WebhookItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    webhooks_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhook"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    webhooks_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the webhook */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookItem"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    webhooks_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the webhook */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    webhooks_dead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the webhook */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DeadLetter"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    webhooks_clear: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the webhook */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    webhooks_redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the webhook */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Redelivered"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    webhooks_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the webhook */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    health_asset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the file */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    health_ca: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-pem-file": string;
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    health_healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    health_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/openmetrics-text": string;
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    health_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    health_readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deployments_socket: {
        parameters: {
            query: {
                /** @description Id or name of the deployment. */
                deployment: string;
                /** @description Wait for more; true unless given. */
                follow?: boolean;
                /** @description Only this service. */
                service?: string;
                /** @description Not older than this. */
                since?: string;
                /** @description At most so many lines from the end, per service. */
                tail?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `LogLine` as JSON text messages follow */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
}
