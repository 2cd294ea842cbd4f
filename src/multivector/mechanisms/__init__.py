"""The science: pure functions on arrays whose last axis is the lane, parameters by keyword."""
