/** Who may do what, and how often. A key decides its tenant; nothing else does. */
package io.hydra.ingest.gateway.auth;
