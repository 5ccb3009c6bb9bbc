/** Keys, their rights and their rates. A key decides its tenant; nothing else does. */
package io.hydra.ingest.gateway.auth;
