/** What was measured, as JSON, Markdown, a page with plots, and LaMP's prediction files. */
package io.hydra.evaluation.report;
