/** What was asked, answered and spent: plain data between the run, the metrics and the report. */
package io.hydra.evaluation.result;
