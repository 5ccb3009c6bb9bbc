/** Where responses go, with which headers, and until they are acknowledged. */
package io.hydra.serving.reply;
