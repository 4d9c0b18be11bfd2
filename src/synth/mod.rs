//! Made-up fingers, so that the repository holds no real person's.
