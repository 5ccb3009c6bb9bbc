/** Topics and subjects as the contract wants them, on any cluster: created, and compared. */
package io.hydra.infra.topic;
