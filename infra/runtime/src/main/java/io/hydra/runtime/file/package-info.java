/** Files that operators change while a service runs. */
package io.hydra.runtime.file;
