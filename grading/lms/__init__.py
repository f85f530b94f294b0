"""What an LMS exports and imports: zips and folders of submissions, spreadsheets of marks."""
