FLASK_APP=survey_app.cli.main:command_app
