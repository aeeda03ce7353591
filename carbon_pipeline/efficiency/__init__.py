"""The carbon-efficiency code 碳效码: value added, peer groups and grades of a period."""
