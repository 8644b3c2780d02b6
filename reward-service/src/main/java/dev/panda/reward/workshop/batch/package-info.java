/** Processing many responses: text to tokens, a few inputs at a time, progress. */
package dev.panda.reward.workshop.batch;
