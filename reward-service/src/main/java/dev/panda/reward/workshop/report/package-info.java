/** Reports on reward models as HTML pages with plots. */
package dev.panda.reward.workshop.report;
