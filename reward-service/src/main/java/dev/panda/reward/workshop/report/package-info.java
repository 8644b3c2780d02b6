/** Reports on reward models as pages to look at: plots, and the page around them. */
package dev.panda.reward.workshop.report;
