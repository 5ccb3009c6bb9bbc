/** Responses on their way: topic, headers, bytes, and attempts until they are acknowledged. */
package io.hydra.serving.reply;
