"""Files that obsgen did not write, read with places: rules, tests of rules, scrape configurations, dashboards. Pure but for `discover`."""
